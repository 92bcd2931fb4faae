package org.remotepkcs11.cli.owner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.pin.SealedPin;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Pem;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.ProxyState.UserState;
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

    @Option(names = "--sealed-pin", paramLabel = "FILE",
            description = "Write the user's virtual pin to this file, encrypted to the user's certificate (CMS), "
                    + "instead of showing it; the user reads it by: rpkcs11 pin open FILE.")
    private Path sealedPin;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard delegated = owner.card(card);
            Limits agreed = warranty ? limits.of(delegated).withWarranty() : limits.of(delegated);
            char[] ownPin = pin.read("your virtual pin for " + card);
            char[] chosen = userPin == null ? VirtualPin.random() : userPin.readNew("virtual pin for " + user);
            char[] shown = chosen.clone();
            try {
                byte[] sealed = sealedPin == null ? new byte[0] : seal(owner, shown);
                Id delegation = owner.delegate(delegated, user, agreed, ownPin, chosen);
                if (sealedPin != null) {
                    Files.writeString(sealedPin, Pem.of("CMS", sealed));
                }
                print(delegation, shown);
            } finally {
                Arrays.fill(shown, '\0');
            }
            return 0;
        }
    }

    /** Before anything is delegated, for it may be impossible. */
    private byte[] seal(OwnerConnection owner, char[] virtualPin) throws RefusedException, CommandFailure {
        UserState there = owner.state().users().stream().filter(one -> one.name().equals(user)).findFirst()
                .orElseThrow(() -> new CommandFailure("nobody is enrolled as " + user, "list them: rpkcs11 users"));
        try {
            return SealedPin.seal(virtualPin, (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(there.certificate())));
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("the pin cannot be sealed for " + user + ": " + e.getMessage(),
                    "leave --sealed-pin out, and tell the user the pin", e);
        }
    }

    private void print(Id delegation, char[] made) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("delegation " + delegation + " of " + card + " to " + user);
        if (sealedPin != null) {
            out.println("virtual pin of " + user + ", which only " + user + " can read: " + sealedPin);
        } else if (userPin == null) {
            out.print("virtual pin of " + user + ", shown only now: ");
            out.println(made);
        }
        out.flush();
    }
}
