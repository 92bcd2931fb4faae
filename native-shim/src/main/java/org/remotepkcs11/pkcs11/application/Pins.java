package org.remotepkcs11.pkcs11.application;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.RemoteCard;

/** PINs on their way from a host or its user. */
final class Pins {
    /** Bytes of UTF-8. */
    static final int MIN_LENGTH = 4;
    static final int MAX_LENGTH = 255;

    private final PinEntry entry;

    Pins(PinEntry entry) {
        this.entry = entry;
    }

    boolean canAsk() {
        return entry.isAvailable();
    }

    /**
     * Lends a PIN and wipes it afterwards.
     *
     * @param given UTF-8 of the host, which wipes it; empty: the user is asked
     * @throws CkException {@code CKR_ARGUMENTS_BAD} if there is nobody to ask, {@code CKR_FUNCTION_CANCELED},
     *                     {@code CKR_PIN_INCORRECT} for what can be no PIN
     */
    <R> R lend(Optional<byte[]> given, RemoteCard card, PinEntry.Purpose purpose, Function<char[], R> use) {
        char[] pin = given.map(Pins::decoded).orElseGet(() -> asked(card, purpose));
        try {
            if (pin.length == 0) {
                throw new CkException(CKR.PIN_INCORRECT, "an empty pin");
            }
            return use.apply(pin);
        } catch (CkException e) {
            if (given.isEmpty() && e.returnValue() == CKR.PIN_INCORRECT) {
                entry.refused(card);
            }
            throw e;
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    /** @throws CkException {@code CKR_PIN_LEN_RANGE} */
    static void requireLength(char[] pin) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        int length = encoded.remaining();
        Arrays.fill(encoded.array(), (byte) 0);
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            throw new CkException(CKR.PIN_LEN_RANGE);
        }
    }

    private char[] asked(RemoteCard card, PinEntry.Purpose purpose) {
        return entry.ask(card, purpose).orElseThrow(() -> entry.isAvailable()
                ? new CkException(CKR.FUNCTION_CANCELED, "the user gave no pin")
                : new CkException(CKR.ARGUMENTS_BAD, "no pin given, and nobody to ask"));
    }

    private static char[] decoded(byte[] utf8) {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            char[] pin = new char[decoded.remaining()];
            decoded.get(pin);
            Arrays.fill(decoded.array(), '\0');
            return pin;
        } catch (CharacterCodingException e) {
            throw new CkException(CKR.PIN_INCORRECT, "a pin is UTF-8", e);
        }
    }
}
