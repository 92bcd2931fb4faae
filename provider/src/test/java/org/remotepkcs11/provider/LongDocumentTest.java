package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.audit.AuditEntry;

final class LongDocumentTest {
    private static final Station STATION = Station.softHsm();
    private static final int MEBIBYTE = 1 << 20;

    @Test
    void ofAGibibyteOnlyTheDigestTravels() throws Exception {
        Signature signer = Signature.getInstance("SHA256withRSA", STATION.provider());
        signer.initSign(STATION.key("rsa-2048"));
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(STATION.certificate("rsa-2048"));
        long before = STATION.posts();
        byte[] part = new byte[MEBIBYTE];
        for (int i = 0; i < 1024; i++) {
            part[i] = (byte) i;
            signer.update(part);
            verifier.update(part);
        }
        assertThat(verifier.verify(signer.sign())).isTrue();
        assertThat(STATION.posts() - before).isEqualTo(1);
        assertThat(bytesOfLastRequest()).isLessThan(1024);
    }

    /** By the proxy's audit log, which keeps the request as the user signed it. */
    private static int bytesOfLastRequest() throws Exception {
        return STATION.proxy().log().stream().map(AuditEntry::matter).filter(AuditEntry.Intent.class::isInstance)
                .map(matter -> ((AuditEntry.Intent) matter).evidence().body().length).reduce((first, last) -> last)
                .orElseThrow();
    }
}
