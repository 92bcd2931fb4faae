package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.KeyToken;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret derived from a key that never leaves its PKCS #11 token: HMAC-SHA256 over a text, made once when the store is
 * opened. Keys are known by label and CKA_ID, and no other is used or destroyed.
 */
final class SecretToken implements SecretPlace {
    private static final Logger LOG = LoggerFactory.getLogger(SecretToken.class);

    private final PrivateDirectory home;
    private final SecretPlaces.Token token;
    private final String label;
    private final byte[] text;
    private final TokenRecord record;

    SecretToken(PrivateDirectory home, SecretPlaces.Token token, StoreSecret which, Id proxy) {
        String purpose = which.name().toLowerCase(Locale.ROOT);
        this.home = home;
        this.token = token;
        this.label = purpose + " key of proxy " + proxy;
        this.text = ("remote-pkcs11 v1 " + purpose + " secret\n").getBytes(StandardCharsets.US_ASCII);
        this.record = new TokenRecord(home, purpose + ".token");
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
        byte[] given = token.file().isPresent() ? home.read(token.file().get())
                : Objects.requireNonNullElse(System.getenv(token.variable().orElseThrow()), "")
                        .getBytes(StandardCharsets.UTF_8);
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
        List<TokenRecord.Key> known = record.read();
        return known.isEmpty() ? List.of() : with(keys -> {
            List<byte[]> secrets = new ArrayList<>();
            for (TokenRecord.Key key : known) {
                for (long handle : keys.find(label, key.id())) {
                    secrets.add(keys.hmacSha256(handle, text));
                }
            }
            return secrets;
        });
    }

    /** Recorded first: a key that is made before it is known of would stay for ever. */
    @Override
    public byte[] makeNext() throws RefusedException {
        TokenRecord.Key next = TokenRecord.Key.own(Id.random());
        List<TokenRecord.Key> all = new ArrayList<>(record.read());
        all.add(next);
        record.write(all);
        return with(keys -> keys.hmacSha256(keys.generate(label, next.id()), text));
    }

    @Override
    public void keepOnly(byte[] secret) throws RefusedException {
        List<TokenRecord.Key> known = record.read();
        if (known.isEmpty()) {
            return;
        }
        List<TokenRecord.Key> kept = with(keys -> {
            List<TokenRecord.Key> found = new ArrayList<>();
            for (TokenRecord.Key key : known) {
                if (destroyUnless(keys, key, secret)) {
                    found.add(key);
                }
            }
            return found;
        });
        if (!kept.equals(known)) {
            record.write(kept);
        }
    }

    /** @return whether it is the one */
    private boolean destroyUnless(KeyToken keys, TokenRecord.Key key, byte[] secret) throws RefusedException {
        boolean kept = false;
        for (long handle : keys.find(label, key.id())) {
            if (MessageDigest.isEqual(keys.hmacSha256(handle, text), secret)) {
                kept = true;
            } else if (key.own()) {
                keys.destroy(handle);
            } else {
                LOG.warn("the former {}, CKA_ID {}, stays on the token {}: the proxy that this one is a restored copy of "
                        + "made it; if that one is gone for ever, destroy the key by the token's own tools", label,
                        key.id(), token.label());
            }
        }
        return kept;
    }

    /** Who finds the key by it did not make it. */
    @Override
    public Map.Entry<String, byte[]> archived(byte[] secret) throws RefusedException {
        List<TokenRecord.Key> known = record.read();
        return with(keys -> {
            List<TokenRecord.Key> found = new ArrayList<>();
            for (TokenRecord.Key key : known) {
                for (long handle : keys.find(label, key.id())) {
                    if (MessageDigest.isEqual(keys.hmacSha256(handle, text), secret)) {
                        found.add(key.ofAnother());
                    }
                }
            }
            return record.file(found);
        });
    }
}
