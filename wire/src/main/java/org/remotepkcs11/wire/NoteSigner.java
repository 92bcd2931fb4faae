package org.remotepkcs11.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * Signs C2SP signed notes, such as tree heads, with an Ed25519 key. For use by many threads. A log signs for every group
 * of entries, so a key that can be read is used by Bouncy Castle: the JDK 17 takes ten times as long for a signature.
 */
public final class NoteSigner {
    private final NoteVerifier verifier;
    private final UnaryOperator<byte[]> key;

    private NoteSigner(NoteVerifier verifier, UnaryOperator<byte[]> key) {
        this.verifier = verifier;
        this.key = key;
    }

    /**
     * @param name of the key; for a log its origin
     * @throws IllegalArgumentException unless the keys are an Ed25519 pair and the name fit for a note
     */
    public static NoteSigner of(String name, PrivateKey key, PublicKey publicKey) {
        MessageSigner pair = MessageSigner.of(key, publicKey);
        byte[] encoded = key.getEncoded();
        return new NoteSigner(NoteVerifier.of(name, publicKey),
                encoded == null ? text -> pair.sign(Prefix.NOTE, text) : readable(encoded));
    }

    private static UnaryOperator<byte[]> readable(byte[] encoded) {
        try {
            AsymmetricKeyParameter read = PrivateKeyFactory.createKey(encoded);
            return text -> {
                Ed25519Signer signer = new Ed25519Signer();
                signer.init(true, read);
                signer.update(text, 0, text.length);
                return signer.generateSignature();
            };
        } catch (IOException e) {
            throw new IllegalArgumentException("no Ed25519 key", e);
        }
    }

    public NoteVerifier verifier() {
        return verifier;
    }

    /** @param text ends with a line feed */
    String sign(String text) {
        byte[] signature = key.apply(text.getBytes(StandardCharsets.UTF_8));
        byte[] line = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(verifier.keyId()).put(signature).array();
        return text + "\n— " + verifier.name() + ' ' + Base64.getEncoder().encodeToString(line) + '\n';
    }
}
