package org.remotepkcs11.cli.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
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
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        Arrays.fill(pin, '\0');
        Path folder = home.configuration().softwareCards().orElseThrow(() -> new CommandFailure(
                "this proxy takes no software cards", "set cards.software in proxy.properties"));
        Path file = folder.resolve(label.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".p12");
        byte[] bytes = new byte[utf8.remaining()];
        utf8.get(bytes);
        try (CardPin cardPin = CardPin.ofUtf8(bytes)) {
            SoftwareCard.create(file, cardPin, SoftwareCardSpec.of(label, label));
            return new SoftwareCardFile(file);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(e.getMessage(), "choose another label or pin", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(utf8.array(), (byte) 0);
        }
    }
}
