package org.remotepkcs11.proxy.access;

import java.security.KeyPair;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.wire.Id;

/**
 * What access needs that is not in the database.
 *
 * @param proxy        {@link org.remotepkcs11.wire.Fingerprint} of the reply key
 * @param authority    the proxy's own, which enrolment codes name and which issues users' certificates
 * @param vaultSecret  at least 32 random bytes. Not copied
 * @param policySecret at least 32 other random bytes. Not copied
 * @param log          Ed25519, signs tree heads
 * @param delegations  issues the certificates of delegations with warranty
 */
public record AccessKeys(Id proxy, Authority authority, byte[] vaultSecret, byte[] policySecret, KeyPair log,
                         DelegationAuthority delegations) {
    @Override
    public String toString() {
        return "AccessKeys(" + proxy + ")";
    }
}
