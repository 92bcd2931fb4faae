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
import org.remotepkcs11.cli.pin.SealedPinFile;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
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

    @Option(names = "--like", paramLabel = "DELEGATION",
            description = "Instead of limits: those of this delegation of the card, also of a revoked one, and as many "
                    + "operations as were left of it. For a user who forgot the virtual pin.")
    private String like;

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

    @Option(names = "--deliver-pin",
            description = "The proxy hands the user's virtual pin on, encrypted to the user's key, instead of showing it; "
                    + "the user reads it by: rpkcs11 pin fetch.")
    private boolean deliver;

    private Id sealedTo;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard delegated = owner.card(card);
            Limits agreed = like == null ? limits.of(delegated) : limits.like(owner.delegation(like), delegated);
            agreed = warranty ? agreed.withWarranty() : agreed;
            char[] ownPin = pin.read("your virtual pin for " + card);
            char[] chosen = userPin == null ? VirtualPin.random() : userPin.readNew("virtual pin for " + user);
            char[] shown = chosen.clone();
            try {
                byte[] sealed = deliver || sealedPin != null ? seal(owner, shown) : new byte[0];
                Id delegation = delegate(owner, new OwnerConnection.Delegating(delegated, user, agreed,
                        deliver ? sealed : new byte[0]), sealed, ownPin, chosen);
                print(delegation, shown);
            } finally {
                Arrays.fill(shown, '\0');
            }
            return 0;
        }
    }

    /** The file is written first: a PIN that could not be written would be lost. */
    private Id delegate(OwnerConnection owner, OwnerConnection.Delegating what, byte[] sealed, char[]... pins)
            throws RefusedException, CommandFailure, IOException {
        if (sealedPin == null) {
            return owner.delegate(what, pins[0], pins[1]);
        }
        SealedPinFile.write(sealedPin, sealed);
        boolean delegated = false;
        try {
            Id delegation = owner.delegate(what, pins[0], pins[1]);
            delegated = true;
            return delegation;
        } finally {
            if (!delegated) {
                Files.deleteIfExists(sealedPin);
            }
        }
    }

    /** Before anything is delegated, for it may be impossible. */
    private byte[] seal(OwnerConnection owner, char[] virtualPin) throws RefusedException, CommandFailure {
        UserState there = owner.state().users().stream().filter(one -> one.name().equals(user)).findFirst()
                .orElseThrow(() -> new CommandFailure("nobody is enrolled as " + user, "list them: rpkcs11 users"));
        sealedTo = there.fingerprint();
        try {
            return SealedPin.seal(virtualPin, (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(there.certificate())));
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("the pin cannot be sealed for " + user + ": " + e.getMessage(),
                    "leave --sealed-pin and --deliver-pin out, and tell the user the pin", e);
        }
    }

    private void print(Id delegation, char[] made) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("delegation " + delegation + " of " + card + " to " + user);
        if (sealedTo != null) {
            out.println("virtual pin of " + user + ", which only the holder of the key " + sealedTo + " can read: "
                    + (sealedPin == null ? "the proxy hands it on" : sealedPin.toString()));
        } else if (userPin == null) {
            out.print("virtual pin of " + user + ", shown only now: ");
            out.println(made);
        }
        out.flush();
    }
}
