package org.remotepkcs11.proxy.pipeline;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the TLS server shows.
 *
 * @param chain its own certificate first, the authority last: who enrols finds the authority there
 */
public record ServerKey(PrivateKey key, List<X509Certificate> chain) {
    public ServerKey {
        chain = List.copyOf(chain);
    }
}
