package org.remotepkcs11.proxy.cards.software;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import org.remotepkcs11.proxy.cards.Unfit;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** PKCS #11 v3.1 section 6.3.16: CKM_EDDSA without parameters, which is pure Ed25519 (RFC 8032) over the message. */
final class EdwardsSoftwareKey implements SoftwareKey {
    private final PrivateKey key;

    EdwardsSoftwareKey(PrivateKey key) {
        this.key = key;
    }

    @Override
    public byte[] apply(Operation operation) throws RefusedException {
        if (operation.kind() != Operation.Kind.SIGN || operation.mechanism() != Mechanisms.EDDSA) {
            throw Unfit.mechanism(operation, "ed25519");
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(operation.input());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw Unfit.input(e);
        }
    }
}
