package org.remotepkcs11.cli.user;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.cli.enroll.UserKeyStore;
import org.remotepkcs11.cli.pin.SealedPin;
import org.remotepkcs11.cli.pin.SealedPinFile;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.client.ClientConfiguration;
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
            print(SealedPinFile.read(sealed), configuration.load());
            return 0;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CommandFailure(sealed + " cannot be opened: " + e.getMessage(),
                    "is it meant for you? ask the owner to delegate anew", e);
        }
    }

    @Command(name = "fetch", description = "Print the virtual pin that an owner gave the proxy for you: "
            + "rpkcs11 delegate --deliver-pin. It can be fetched until you have logged in by it.")
    int fetch(@Mixin ConfigurationOption configuration,
              @Option(names = "--token", paramLabel = "LABEL", description = "The card, if you may use several.")
              String token) throws RefusedException, CommandFailure, IOException {
        ClientConfiguration loaded = configuration.load();
        try (RemoteClient client = RemoteClient.of(loaded)) {
            RemoteCard card = client.card(Optional.ofNullable(token));
            if (card.sealedPin().length == 0) {
                throw new CommandFailure("no virtual pin waits for you at the proxy for " + card.token().label(),
                        "you logged in by it before, or the owner tells it to you by another way");
            }
            print(card.sealedPin(), loaded);
            return 0;
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("the virtual pin cannot be opened: " + e.getMessage(),
                    "was your key replaced? ask the owner to delegate anew", e);
        }
    }

    private void print(byte[] sealed, ClientConfiguration configuration)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        char[] pin = SealedPin.open(sealed, UserKeyStore.open(configuration.userKeyStore(),
                configuration.userKeyStorePassword()).key().getPrivate());
        spec.commandLine().getOut().println(pin);
        spec.commandLine().getOut().flush();
        Arrays.fill(pin, '\0');
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
