package org.remotepkcs11.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;

/** Signs C2SP signed notes, such as tree heads, with an Ed25519 key. For use by many threads. */
public final class NoteSigner {
    private final NoteVerifier verifier;
    private final MessageSigner key;

    private NoteSigner(NoteVerifier verifier, MessageSigner key) {
        this.verifier = verifier;
        this.key = key;
    }

    /**
     * @param name of the key; for a log its origin
     * @throws IllegalArgumentException unless the keys are an Ed25519 pair and the name fit for a note
     */
    public static NoteSigner of(String name, PrivateKey key, PublicKey publicKey) {
        return new NoteSigner(NoteVerifier.of(name, publicKey), MessageSigner.of(key, publicKey));
    }

    public NoteVerifier verifier() {
        return verifier;
    }

    /** @param text ends with a line feed */
    String sign(String text) {
        byte[] signature = key.sign(Prefix.NOTE, text.getBytes(StandardCharsets.UTF_8));
        byte[] line = ByteBuffer.allocate(Integer.BYTES + signature.length)
                .putInt(verifier.keyId()).put(signature).array();
        return text + "\n— " + verifier.name() + ' ' + Base64.getEncoder().encodeToString(line) + '\n';
    }
}
