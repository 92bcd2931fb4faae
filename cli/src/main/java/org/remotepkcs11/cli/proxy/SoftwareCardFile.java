package org.remotepkcs11.cli.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.software.SoftwareCard;
import org.remotepkcs11.proxy.cards.software.SoftwareCardSpec;

/** A new software card in a proxy's folder of cards. */
public record SoftwareCardFile(Path file) {
    /** With an RSA and an elliptic-curve key; wipes the PIN. */
    public static SoftwareCardFile create(ProxyHome home, String label, char[] pin)
            throws CommandFailure, IOException, GeneralSecurityException {
        try (CardPin cardPin = CardPin.of(pin)) {
            Path folder = home.configuration().softwareCards().orElseThrow(() -> new CommandFailure(
                    "this proxy takes no software cards", "set cards.software in proxy.properties"));
            Path file = folder.resolve(label.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".p12");
            SoftwareCard.create(file, cardPin, SoftwareCardSpec.of(label, label));
            return new SoftwareCardFile(file);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(e.getMessage(), "choose another label or pin", e);
        }
    }
}
