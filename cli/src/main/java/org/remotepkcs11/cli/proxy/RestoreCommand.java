package org.remotepkcs11.cli.proxy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.audit.LogSource;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.proxy.Restoration;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "restore", description = "Make a proxy again from backups. Give every copy of the log that there is: if "
        + "the log is shorter than what users saw, their clients refuse the proxy until they accept its statement. All "
        + "delegations are locked until their owners unlock them.")
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A new directory.")
    private Path directory;

    @Option(names = "--keys", paramLabel = "FILE", required = true, description = "What 'backup keys' wrote.")
    private Path keys;

    @Option(names = "--keys-keystore", paramLabel = "FILE",
            description = "PKCS #12 file of a keeper; not needed if it is decrypted.")
    private Path keysKeystore;

    @Option(names = "--keys-password", paramLabel = "SOURCE", defaultValue = "prompt",
            description = "Its password: " + SecretOption.FORMS + ".")
    private SecretOption keysPassword;

    @Option(names = "--token-pin", paramLabel = "SOURCE",
            description = "PIN of the token that holds keys, where keys.pin names a file: the file is made again. "
                    + SecretOption.FORMS + ".")
    private SecretOption tokenPin;

    @Option(names = "--from", paramLabel = "PLACE", required = true,
            description = "A backup message, or a folder of .eml files; may be repeated.")
    private List<Path> from;

    @Option(names = "--keystore", paramLabel = "FILE",
            description = "PKCS #12 file of an owner; not needed if they are decrypted.")
    private Path keystore;

    @Option(names = "--password", paramLabel = "SOURCE", defaultValue = "prompt",
            description = "Its password: " + SecretOption.FORMS + ".")
    private SecretOption password;

    @Option(names = "--log", paramLabel = "LOG",
            description = "Another copy of the log: an export, or the directory of the lost proxy; may be repeated.")
    private List<Path> logs;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException {
        List<LogCopy> copies = new ArrayList<>();
        for (Path log : logs == null ? List.<Path>of() : logs) {
            copies.add(LogSource.open(log));
        }
        try (CardPin pin = tokenPin == null ? null : CardPin.of(tokenPin.read("pin of the token that holds keys"))) {
            tell(Restoration.restore(directory, new Restoration.Sources(new Restoration.Keys(keys,
                    new RecipientOption(keysKeystore, keysPassword).read(), Optional.ofNullable(pin)), from,
                    new RecipientOption(keystore, password).read(), copies)));
            return 0;
        }
    }

    private void tell(Restoration.Restored restored) {
        PrintWriter out = spec.commandLine().getOut();
        restored.forOthers().forEach(out::println);
        out.println("restored proxy " + restored.home().proxy() + " in " + restored.home().directory());
        out.println("rules as of entry " + restored.rules() + ", log of " + restored.entries() + " entries");
        out.println(restored.locked() + " delegations are locked; owners look at them and unlock: rpkcs11 unlock");
        out.println("users who saw a longer log need " + restored.home().directory().resolve(Restoration.STATEMENT));
    }
}
