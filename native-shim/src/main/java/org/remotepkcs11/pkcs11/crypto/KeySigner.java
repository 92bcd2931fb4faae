package org.remotepkcs11.pkcs11.crypto;

import org.remotepkcs11.pkcs11.cryptoki.Mechanism;

/** Signs with a private key, wherever it stands. */
public final class KeySigner implements Signer {
    private final RawPrivateKey key;
    private final SigningMechanism mechanism;
    private final Message message;

    /** @throws org.remotepkcs11.pkcs11.cryptoki.CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    public KeySigner(RawPrivateKey key, SigningMechanism mechanism, Mechanism asked) {
        this.key = key;
        this.mechanism = mechanism;
        this.message = new Message(mechanism, asked, key.publicKey());
        if (key.wantsToBeSigned()) {
            message.keep();
        }
    }

    @Override
    public int length() {
        return PublicKeys.signatureBytes(key.publicKey());
    }

    @Override
    public void update(byte[] part) {
        message.update(part);
    }

    @Override
    public byte[] sign() {
        return key.sign(mechanism.raw(), message.parameters(), message.keyInput(), message.toBeSigned());
    }
}
