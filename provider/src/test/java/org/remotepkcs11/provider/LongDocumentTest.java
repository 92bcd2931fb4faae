package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Signature;
import org.junit.jupiter.api.Test;

final class LongDocumentTest {
    private static final Station STATION = Station.SHARED;
    private static final int MEBIBYTE = 1 << 20;

    @Test
    void ofAGibibyteOnlyTheDigestTravels() throws Exception {
        Signature signer = Signature.getInstance("SHA256withRSA", STATION.provider());
        signer.initSign(STATION.key("rsa-2048"));
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(STATION.certificate("rsa-2048"));
        long bytesBefore = STATION.bytesReceived();
        int before = STATION.posts();
        byte[] part = new byte[MEBIBYTE];
        for (int i = 0; i < 1024; i++) {
            part[i] = (byte) i;
            signer.update(part);
            verifier.update(part);
        }
        assertThat(verifier.verify(signer.sign())).isTrue();
        assertThat(STATION.posts() - before).isEqualTo(1);
        assertThat(STATION.bytesReceived() - bytesBefore).isLessThan(2048);
    }
}
