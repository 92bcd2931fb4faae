package org.remotepkcs11.testkit.cards;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;

/** A card in its reader, and its PIN. */
record PluggedCard(CardReader reader, Card card, String pin) implements AutoCloseable {
    static PluggedCard find(CardReader reader, String label, String pin) throws RefusedException {
        for (Card card : reader.scan(true)) {
            if (card.describe().token().label().equals(label)) {
                return new PluggedCard(reader, card, pin);
            }
        }
        throw new IllegalStateException("no card " + label);
    }

    byte[] apply(String key, Operation.Kind kind, long mechanism, byte[] input) throws RefusedException {
        return apply(key, kind, mechanism, Operation.NO_PARAMETERS, input);
    }

    byte[] apply(String key, Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input)
            throws RefusedException {
        try (CardPin cardPin = cardPin(pin)) {
            return card.apply(new Operation(key(key).fingerprint(), kind, mechanism, parameters, input), cardPin,
                    Instant.now().plusSeconds(30));
        }
    }

    void checkPin(String typed) throws RefusedException {
        try (CardPin cardPin = cardPin(typed)) {
            card.checkPin(cardPin);
        }
    }

    static CardPin cardPin(String pin) {
        return CardPin.ofUtf8(pin.getBytes(StandardCharsets.UTF_8));
    }

    PrivateKeyObject key(String label) throws RefusedException {
        return card.describe().keys().stream().filter(key -> key.label().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no key " + label));
    }

    PublicKey publicKey(String label) throws Exception {
        byte[] info = key(label).publicKey();
        var algorithm = SubjectPublicKeyInfo.getInstance(info).getAlgorithm().getAlgorithm();
        String name = algorithm.equals(PKCSObjectIdentifiers.rsaEncryption) ? "RSA"
                : algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey) ? "EC" : "Ed25519";
        return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(info));
    }

    @Override
    public void close() {
        reader.close();
    }
}
