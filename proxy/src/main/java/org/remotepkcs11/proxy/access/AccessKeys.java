package org.remotepkcs11.proxy.access;

import java.security.KeyPair;
import java.security.PublicKey;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.wire.Id;

/**
 * What access needs that is not in the database.
 *
 * @param proxy        {@link org.remotepkcs11.wire.Fingerprint} of the reply key
 * @param authority    the key of the proxy's authority, which enrolment codes name
 * @param vaultSecret  at least 32 random bytes. Not copied
 * @param policySecret at least 32 other random bytes. Not copied
 * @param log          Ed25519, signs tree heads
 * @param delegations  issues the certificates of delegations with warranty
 */
public record AccessKeys(Id proxy, PublicKey authority, byte[] vaultSecret, byte[] policySecret, KeyPair log,
                         DelegationAuthority delegations) {
    @Override
    public String toString() {
        return "AccessKeys(" + proxy + ")";
    }
}
