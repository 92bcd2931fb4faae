package org.remotepkcs11.cli.user;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.cli.pin.SealedPin;
import org.remotepkcs11.cli.pin.UserKeyFile;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Pem;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "pin", description = "Your virtual pins.")
public final class PinCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(name = "open", description = "Print a virtual pin that an owner encrypted to your certificate: "
            + "rpkcs11 delegate --sealed-pin.")
    int open(@Mixin ConfigurationOption configuration,
             @Parameters(paramLabel = "FILE", description = "What the owner sent.") Path sealed)
            throws RefusedException, CommandFailure, IOException {
        try {
            byte[] der = Pem.read("CMS", Files.readString(sealed));
            char[] pin = SealedPin.open(der, UserKeyFile.read(configuration.load()));
            spec.commandLine().getOut().println(pin);
            spec.commandLine().getOut().flush();
            Arrays.fill(pin, '\0');
            return 0;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CommandFailure(sealed + " cannot be opened: " + e.getMessage(),
                    "is it meant for you? ask the owner to delegate anew", e);
        }
    }

    @Command(name = "change", description = "Replace your virtual pin for a card.")
    int change(@Mixin ConfigurationOption configuration,
               @Option(names = "--token", paramLabel = "LABEL", description = "The card, if you may use several.")
               String token,
               @Option(names = "--pin", paramLabel = "SOURCE", defaultValue = "prompt",
                       description = "The pin as it is: " + SecretOption.FORMS + ".") SecretOption pin,
               @Option(names = "--new-pin", paramLabel = "SOURCE", defaultValue = "prompt",
                       description = "The pin as it shall be: " + SecretOption.FORMS + ".") SecretOption newPin)
            throws RefusedException, CommandFailure {
        try (RemoteClient client = RemoteClient.of(configuration.load())) {
            RemoteCard card = client.card(Optional.ofNullable(token));
            String label = card.token().label();
            char[] old = pin.read("virtual pin of " + label);
            char[] chosen = newPin.readNew("new virtual pin of " + label);
            try (Login login = client.login(card, old);
                 Login changed = client.changePin(login, chosen)) {
                spec.commandLine().getOut().println("changed the virtual pin of " + changed.card().token().label());
            } finally {
                Arrays.fill(old, '\0');
                Arrays.fill(chosen, '\0');
            }
            return 0;
        }
    }
}
