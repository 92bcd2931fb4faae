package org.remotepkcs11.proxy.pipeline;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Revocation;
import org.remotepkcs11.wire.MessageSigner;

/**
 * Who the proxy is, and whom it believes.
 *
 * @param authority        the proxy's own
 * @param userAuthorities  outside ones that vouch for users too
 * @param revocation       how those take certificates back
 * @param tls              asked at each handshake
 * @param replies          signs replies
 * @param replyCertificate of that key
 */
public record ServiceIdentity(Authority authority, List<X509Certificate> userAuthorities, Revocation revocation,
                              Supplier<ServerKey> tls,
                              MessageSigner replies, X509Certificate replyCertificate) {
    public ServiceIdentity {
        userAuthorities = List.copyOf(userAuthorities);
    }
}
