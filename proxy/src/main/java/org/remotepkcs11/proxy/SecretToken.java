package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.KeyToken;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * A secret derived from a key that never leaves its PKCS #11 token: HMAC-SHA256 over a text, made once when the store is
 * opened.
 */
final class SecretToken implements SecretPlace {
    private final Path home;
    private final SecretPlaces.Token token;
    private final String label;
    private final byte[] text;

    SecretToken(Path home, SecretPlaces.Token token, StoreSecret which, Id proxy) {
        String purpose = which.name().toLowerCase(Locale.ROOT);
        this.home = home;
        this.token = token;
        this.label = purpose + " key of proxy " + proxy;
        this.text = ("remote-pkcs11 v1 " + purpose + " secret\n").getBytes(StandardCharsets.US_ASCII);
    }

    private interface Work<T> {
        T in(KeyToken keys) throws RefusedException;
    }

    private <T> T with(Work<T> work) throws RefusedException {
        try (CardPin pin = pin(); KeyToken keys = KeyToken.open(token.module(), token.label(), pin)) {
            return work.in(keys);
        } catch (IOException e) {
            throw PrivateDirectory.refused("the token of keys.token cannot be used: " + e.getMessage(), e);
        } catch (RefusedException e) {
            throw PrivateDirectory.refused("the token " + token.label() + " of keys.token: " + e.refusal().detail(), e);
        }
    }

    private CardPin pin() throws RefusedException {
        String rest = token.pin().substring(token.pin().indexOf(':') + 1);
        byte[] given = token.pin().startsWith("file:") ? new PrivateDirectory(home).read(rest)
                : Objects.requireNonNullElse(System.getenv(rest), "").getBytes(StandardCharsets.UTF_8);
        byte[] pin = firstLine(given);
        try {
            if (pin.length == 0 || pin.length > CardPin.MAX_BYTES) {
                throw PrivateDirectory.refused("there is no pin in keys.pin, " + token.pin(), null);
            }
            return CardPin.ofUtf8(pin);
        } finally {
            Arrays.fill(given, (byte) 0);
            Arrays.fill(pin, (byte) 0);
        }
    }

    private static byte[] firstLine(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != '\n' && text[end] != '\r') {
            end++;
        }
        return Arrays.copyOf(text, end);
    }

    @Override
    public List<byte[]> all() throws RefusedException {
        return with(keys -> {
            List<byte[]> secrets = new ArrayList<>();
            for (long key : keys.find(label)) {
                secrets.add(keys.hmacSha256(key, text));
            }
            return secrets;
        });
    }

    @Override
    public byte[] makeNext() throws RefusedException {
        return with(keys -> keys.hmacSha256(keys.generate(label), text));
    }

    @Override
    public void keepOnly(byte[] secret) throws RefusedException {
        with(keys -> {
            for (long key : keys.find(label)) {
                if (!Arrays.equals(keys.hmacSha256(key, text), secret)) {
                    keys.destroy(key);
                }
            }
            return null;
        });
    }
}
