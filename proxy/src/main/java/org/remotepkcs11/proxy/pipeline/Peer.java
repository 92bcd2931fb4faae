package org.remotepkcs11.proxy.pipeline;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.remotepkcs11.proxy.authority.ClientCertificate;
import org.remotepkcs11.proxy.authority.ClientCertificates;
import org.remotepkcs11.wire.RefusedException;

/**
 * Who is at the other end of a TLS connection.
 *
 * @param address of the network, for the log
 * @param chain   whose first key TLS proved; empty if the client has none
 */
record Peer(String address, List<X509Certificate> chain, SSLSession session) {
    private static final String JUDGED = Peer.class.getName();

    /**
     * Judged once for each TLS session; the time is looked at each time.
     *
     * @throws RefusedException as {@link ClientCertificates#judge}
     */
    ClientCertificate certificate(ClientCertificates authorities, Instant now) throws RefusedException {
        if (session.getValue(JUDGED) instanceof ClientCertificate judged) {
            judged.refuseUnlessValid(now);
            return judged;
        }
        ClientCertificate certificate = authorities.judge(chain, now);
        session.putValue(JUDGED, certificate);
        return certificate;
    }
}
