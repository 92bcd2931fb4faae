package org.remotepkcs11.proxy.access;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Role;

/**
 * An enrolled person.
 *
 * @param id          16 bytes, the same for ever, also when the key changes
 * @param fingerprint {@link Fingerprint} of the key
 * @param renewedKey  fingerprint of the key that the last renewal took out of use: its holder may ask for the answer again
 */
public record User(Id id, String name, Role role, Id fingerprint, X509Certificate certificate, boolean disabled,
                   Optional<Id> renewedKey) {
    static User enrolled(Id id, Invitation invitation, X509Certificate certificate) {
        return new User(id, invitation.name(), invitation.role(), Fingerprint.of(certificate.getPublicKey()), certificate,
                false, Optional.empty());
    }

    public PublicKey publicKey() {
        return certificate.getPublicKey();
    }

    /** As long as no other key is enrolled for the person. */
    User withoutKey() {
        return new User(id, name, role, fingerprint, certificate, true, Optional.empty());
    }

    User withDisabled() {
        return new User(id, name, role, fingerprint, certificate, true, renewedKey);
    }

    User withFingerprint(Id other) {
        return new User(id, name, role, other, certificate, disabled, renewedKey);
    }

    User withRenewed(X509Certificate next) {
        Id key = Fingerprint.of(next.getPublicKey());
        return new User(id, name, role, key, next, disabled,
                key.equals(fingerprint) ? renewedKey : Optional.of(fingerprint));
    }
}
