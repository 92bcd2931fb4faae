package org.remotepkcs11.wire;

import java.util.Set;

/**
 * A private key's public attributes, PKCS #11 v3.1 section 4.9.
 *
 * @param id                CKA_ID
 * @param label             CKA_LABEL
 * @param publicKey         DER SubjectPublicKeyInfo. Not copied: do not change it
 * @param usages            the boolean attributes that are true
 * @param allowedMechanisms CKA_ALLOWED_MECHANISMS; empty: all
 */
public record PrivateKeyObject(Id id, String label, byte[] publicKey, Set<Usage> usages, Set<Long> allowedMechanisms) {
    /** Boolean attributes of a private key. */
    public enum Usage {
        SIGN, DECRYPT, UNWRAP, DERIVE, SIGN_RECOVER, ALWAYS_AUTHENTICATE, SENSITIVE, EXTRACTABLE, ALWAYS_SENSITIVE,
        NEVER_EXTRACTABLE, LOCAL
    }

    public PrivateKeyObject {
        usages = Set.copyOf(usages);
        allowedMechanisms = Set.copyOf(allowedMechanisms);
    }

    /** How requests name this key. */
    public Id fingerprint() {
        return Fingerprint.ofDer(publicKey);
    }
}
