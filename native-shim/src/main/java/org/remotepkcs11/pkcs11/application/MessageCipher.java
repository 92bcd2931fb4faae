package org.remotepkcs11.pkcs11.application;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.remotepkcs11.pkcs11.crypto.SecretCiphers;
import org.remotepkcs11.pkcs11.crypto.Transformation;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter;

/**
 * Encrypts or decrypts message after message with one key: GCM, CCM and ChaCha20-Poly1305, with the tag apart from the
 * ciphertext. No plaintext is given out before its tag is verified: of a message in parts it all comes with the last.
 */
final class MessageCipher {
    private final long type;
    private final byte[] key;
    private final boolean encrypting;
    private final NonceGenerator nonces = new NonceGenerator();
    private Transformation begun;
    private byte[] result;

    /** @param key is not copied */
    MessageCipher(long type, byte[] key, boolean encrypting) {
        this.type = type;
        this.key = key;
        this.encrypting = encrypting;
    }

    /** A whole message. @throws CkException {@code CKR_AEAD_DECRYPT_FAILED} … */
    void message(MessageParameter message, byte[] associatedData, MessagePart part) {
        if (begun != null) {
            throw new CkException(CKR.OPERATION_ACTIVE);
        }
        if (part.out().wants(part.data().length)) {
            Transformation cipher = start(message, associatedData);
            part.out().put(finished(cipher, message, part.data()));
        }
    }

    void begin(MessageParameter message, byte[] associatedData) {
        if (begun != null) {
            throw new CkException(CKR.OPERATION_ACTIVE);
        }
        begun = start(message, associatedData);
        result = null;
    }

    /** @param message receives the tag, or brings it, with the last part */
    void next(MessageParameter message, MessagePart part, boolean last) {
        if (begun == null) {
            throw new CkException(CKR.OPERATION_NOT_INITIALIZED);
        }
        if (!last) {
            if (part.out().wants(begun.updateLength(part.data().length))) {
                part.out().put(begun.update(part.data()));
            }
            return;
        }
        lastPart(message, part);
    }

    private void lastPart(MessageParameter message, MessagePart part) {
        int length = begun.outputLength(part.data().length + (encrypting ? 0 : message.tag().length))
                - (encrypting ? message.tag().length : 0);
        if (result == null && part.out().wants(length)) {
            try {
                result = finished(begun, message, part.data());
            } finally {
                begun = result == null ? null : begun;
            }
        }
        if (result != null) {
            part.out().put(result);
            begun = null;
        }
    }

    private Transformation start(MessageParameter message, byte[] associatedData) {
        if (encrypting) {
            nonces.fill(message);
        }
        return SecretCiphers.start(encrypting, mechanism(message, associatedData), key);
    }

    private Mechanism mechanism(MessageParameter message, byte[] associatedData) {
        byte[] nonce = message.nonce().clone();
        int tag = message.tag().length;
        if (type == CKM.AES_GCM) {
            return Mechanism.of(type, new MechanismParameter.Gcm(nonce, associatedData, 8L * tag));
        }
        if (type == CKM.AES_CCM) {
            return Mechanism.of(type, new MechanismParameter.Ccm(message.dataLength(), nonce, associatedData, tag));
        }
        return Mechanism.of(type, new MechanismParameter.ChaCha20Poly1305(nonce, associatedData));
    }

    private byte[] finished(Transformation cipher, MessageParameter message, byte[] data) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(cipher.update(data));
        if (!encrypting) {
            cipher.update(message.tag());
        }
        try {
            whole.writeBytes(cipher.finish());
        } catch (CkException e) {
            throw e.returnValue() == CKR.ENCRYPTED_DATA_INVALID ? new CkException(CKR.AEAD_DECRYPT_FAILED) : e;
        }
        byte[] output = whole.toByteArray();
        if (!encrypting) {
            return output;
        }
        int length = output.length - message.tag().length;
        System.arraycopy(output, length, message.tag(), 0, message.tag().length);
        return Arrays.copyOf(output, length);
    }
}
