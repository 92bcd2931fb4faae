package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.AlgorithmParameters;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that name the provider of the key for everything find beside the key what they need. */
final class LocalServicesTest {
    private static final Station STATION = Station.softHsm();

    @ParameterizedTest
    @ValueSource(strings = {"SHA256withRSA", "SHA256withRSAandMGF1", "SHA512withRSAandMGF1"})
    void bouncyCastleSignsWithThisProviderAlone(String algorithm) throws Exception {
        ContentSigner signer = new JcaContentSignerBuilder(algorithm).setProvider(STATION.provider())
                .build(STATION.key("rsa-2048"));
        JcaX509CertificateHolder own = new JcaX509CertificateHolder(STATION.certificate("rsa-2048"));
        assertThat(new JcaPKCS10CertificationRequestBuilder(own.getSubject(),
                STATION.certificate("rsa-2048").getPublicKey()).build(signer)
                .isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider(new BouncyCastleProvider()).build(own))).isTrue();
    }

    @Test
    void digestsAreThoseOfTheJdk() throws Exception {
        for (Provider.Service service : STATION.provider().getServices()) {
            if (service.getType().equals("MessageDigest")) {
                MessageDigest ours = MessageDigest.getInstance(service.getAlgorithm(), STATION.provider());
                byte[] theirs = MessageDigest.getInstance(service.getAlgorithm(), "SUN").digest(new byte[300]);
                ours.update(new byte[100]);
                MessageDigest copy = (MessageDigest) ours.clone();
                assertThat(List.of(ours.digest(new byte[200]), copy.digest(new byte[200]))).containsOnly(theirs);
            }
        }
    }

    @Test
    void parametersAreEncodedAsByTheJdk() throws Exception {
        AlgorithmParameters ours = AlgorithmParameters.getInstance("RSASSA-PSS", STATION.provider());
        ours.init(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        AlgorithmParameters theirs = AlgorithmParameters.getInstance("RSASSA-PSS", "SunRsaSign");
        theirs.init(ours.getEncoded());
        assertThat(theirs.getParameterSpec(PSSParameterSpec.class).getSaltLength()).isEqualTo(32);
        AlgorithmParameters again = AlgorithmParameters.getInstance("RSASSA-PSS", STATION.provider());
        again.init(theirs.getEncoded());
        assertThat(again.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm()).isEqualTo("SHA-256");
    }

    @Test
    void asFirstProviderItIsNotAskedByItselfForADigest() throws Exception {
        Security.insertProviderAt(STATION.provider(), 1);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assertThat(digest.getProvider().getName()).isEqualTo("RemotePKCS11");
            assertThat(digest.digest()).hasSize(32);
        } finally {
            Security.removeProvider("RemotePKCS11");
        }
    }
}
