package org.remotepkcs11.cli.owner;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "delegate", description = "Let a user use one of your cards, within limits. Prints a new virtual pin "
        + "for the user, once, unless you choose it by --user-pin.")
public final class DelegateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Parameters(index = "0", paramLabel = "CARD", description = "Label of your card.")
    private String card;

    @Parameters(index = "1", paramLabel = "USER", description = "Name of an enrolled user.")
    private String user;

    @ArgGroup(exclusive = false, heading = "Limits:%n")
    private LimitOptions limits = new LimitOptions();

    @Option(names = "--warranty",
            description = "What the user signs says so: tools find, in place of your certificate, a delegation "
                    + "certificate that names you, the user and the delegation.")
    private boolean warranty;

    @Option(names = "--pin", paramLabel = "SOURCE",
            description = "Your own virtual pin for the card: " + SecretOption.FORMS + ".")
    private SecretOption pin = SecretOption.PROMPT;

    @Option(names = "--user-pin", paramLabel = "SOURCE",
            description = "The user's virtual pin, if not a random one: " + SecretOption.FORMS + ".")
    private SecretOption userPin;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard delegated = owner.card(card);
            Limits agreed = warranty ? limits.of(delegated).withWarranty() : limits.of(delegated);
            char[] ownPin = pin.read("your virtual pin for " + card);
            char[] chosen = userPin == null ? VirtualPin.random() : userPin.readNew("virtual pin for " + user);
            char[] shown = chosen.clone();
            try {
                print(owner.delegate(delegated, user, agreed, ownPin, chosen), shown);
            } finally {
                Arrays.fill(shown, '\0');
            }
            return 0;
        }
    }

    private void print(Id delegation, char[] made) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("delegation " + delegation + " of " + card + " to " + user);
        if (userPin == null) {
            out.print("virtual pin of " + user + ", shown only now: ");
            out.println(made);
        }
        out.flush();
    }
}
