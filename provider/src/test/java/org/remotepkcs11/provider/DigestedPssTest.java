package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.junit.jupiter.api.Test;

/** RSA-PSS of a digest that somebody else made, as servers that sign for others ask for it. */
final class DigestedPssTest {
    private static final Station STATION = Station.softHsm();
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
    private static final byte[] MESSAGE = "a message".getBytes();

    @Test
    void theDigestIsSignedAsTheMessageWouldBe() throws Exception {
        Signature signature = signature();
        signature.update(MessageDigest.getInstance("SHA-256").digest(MESSAGE));
        byte[] signed = signature.sign();
        Signature jdk = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
        jdk.setParameter(PSS);
        jdk.initVerify(STATION.certificate("rsa-2048"));
        jdk.update(MESSAGE);
        assertThat(jdk.verify(signed)).isTrue();
        assertThat(signature.getParameters().getParameterSpec(PSSParameterSpec.class).getSaltLength()).isEqualTo(32);
    }

    @Test
    void whatIsNoDigestIsRefusedLocally() throws Exception {
        Signature signature = signature();
        long before = STATION.posts();
        signature.update(new byte[20]);
        assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessageContaining("32 bytes, not 20");
        assertThatThrownBy(() -> signature.update(new byte[33])).isInstanceOf(SignatureException.class);
        assertThat(STATION.posts()).isEqualTo(before);
    }

    private static Signature signature() throws Exception {
        Signature signature = Signature.getInstance("NONEwithRSASSA-PSS", STATION.provider());
        signature.initSign(STATION.key("rsa-2048"));
        signature.setParameter(PSS);
        return signature;
    }
}
