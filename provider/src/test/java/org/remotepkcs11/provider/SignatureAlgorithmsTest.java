package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.remotepkcs11.wire.MessageBounds;

/** Every signature algorithm with every key it takes, judged by the JDK and by Bouncy Castle. */
final class SignatureAlgorithmsTest {
    private static final Station STATION = Station.softHsm();
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
    private static final byte[] MESSAGE = "the message".getBytes();

    static Stream<Arguments> algorithmsAndKeys() {
        return STATION.provider().getServices().stream()
                .filter(service -> service.getType().equals("Signature"))
                .map(Provider.Service::getAlgorithm)
                .filter(name -> !name.startsWith("NONE") && !name.equals("RSASSA-PSS"))
                .sorted(Comparator.naturalOrder())
                .flatMap(name -> keysFor(name).map(key -> Arguments.of(name, key)));
    }

    private static Stream<String> keysFor(String algorithm) {
        if (algorithm.contains("ECDSA")) {
            return Stream.of("p-256", "p-384");
        }
        return Stream.of(algorithm.startsWith("Ed") ? "ed25519" : "rsa-2048");
    }

    @ParameterizedTest
    @MethodSource("algorithmsAndKeys")
    void signaturesAreVerifiedByOthers(String algorithm, String alias) throws Exception {
        Signature signer = Signature.getInstance(algorithm, STATION.provider());
        signer.initSign(STATION.key(alias));
        signer.update(MESSAGE);
        byte[] signature = signer.sign();
        assertVerified(algorithm, alias, signature);
    }

    /** By each of the JDK and Bouncy Castle that knows the algorithm, and by at least one. */
    private static void assertVerified(String algorithm, String alias, byte[] signature) throws Exception {
        PublicKey key = STATION.certificate(alias).getPublicKey();
        int judges = 0;
        for (Provider judge : judges()) {
            String name = judge == BOUNCY_CASTLE ? algorithm.replace("inP1363Format", "").replace("ECDSA",
                    algorithm.endsWith("inP1363Format") ? "PLAIN-ECDSA" : "ECDSA") : algorithm;
            if (judge.getService("Signature", name) != null) {
                Signature verifier = Signature.getInstance(name, judge);
                verifier.initVerify(key);
                verifier.update(MESSAGE);
                assertThat(verifier.verify(signature)).as("%s by %s", name, judge.getName()).isTrue();
                judges++;
            }
        }
        assertThat(judges).isPositive();
    }

    private static List<Provider> judges() {
        return Stream.concat(Stream.of(Security.getProviders()), Stream.of(BOUNCY_CASTLE))
                .filter(provider -> !provider.getName().startsWith("RemotePKCS11")).toList();
    }

    static Stream<Arguments> pssParameters() {
        return Stream.of(Arguments.of("SHA-256", MGF1ParameterSpec.SHA256, 32),
                Arguments.of("SHA-384", MGF1ParameterSpec.SHA384, 48),
                Arguments.of("SHA-512", MGF1ParameterSpec.SHA512, 64),
                Arguments.of("SHA-1", MGF1ParameterSpec.SHA1, 20), Arguments.of("SHA-256", MGF1ParameterSpec.SHA256, 0),
                Arguments.of("SHA-256", MGF1ParameterSpec.SHA256, 20));
    }

    @ParameterizedTest
    @MethodSource("pssParameters")
    void pssObeysItsParameters(String hash, MGF1ParameterSpec mgf, int salt) throws Exception {
        AlgorithmParameterSpec parameters = new PSSParameterSpec(hash, "MGF1", mgf, salt, 1);
        Signature signer = Signature.getInstance("RSASSA-PSS", STATION.provider());
        signer.setParameter(parameters);
        signer.initSign(STATION.key("rsa-2048"));
        signer.update(MESSAGE);
        byte[] signature = signer.sign();
        for (Provider judge : List.of(Security.getProvider("SunRsaSign"), BOUNCY_CASTLE)) {
            Signature verifier = Signature.getInstance("RSASSA-PSS", judge);
            verifier.setParameter(parameters);
            verifier.initVerify(STATION.certificate("rsa-2048").getPublicKey());
            verifier.update(MESSAGE);
            assertThat(verifier.verify(signature)).isTrue();
        }
    }

    @Test
    void aDigestMadeElsewhereIsSignedAsItIs() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
        Signature ecdsa = Signature.getInstance("NONEwithECDSA", STATION.provider());
        ecdsa.initSign(STATION.key("p-256"));
        ecdsa.update(digest);
        assertVerified("SHA256withECDSA", "p-256", ecdsa.sign());
        Signature rsa = Signature.getInstance("NONEwithRSA", STATION.provider());
        rsa.initSign(STATION.key("rsa-2048"));
        rsa.update(Hash.SHA256.digestInfo(digest));
        assertVerified("SHA256withRSA", "rsa-2048", rsa.sign());
    }

    @Test
    void oneObjectSignsAgainAndAgainWithOneRequestEach() throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA", STATION.provider());
        signer.initSign(STATION.key("p-256"));
        long before = STATION.posts();
        for (int i = 0; i < 5; i++) {
            signer.update(MESSAGE, 0, 4);
            signer.update(ByteBuffer.wrap(MESSAGE, 4, MESSAGE.length - 4));
            assertVerified("SHA256withECDSA", "p-256", signer.sign());
        }
        assertThat(STATION.posts() - before).isEqualTo(5);
    }

    @Test
    void ourOwnObjectsVerifyToo() throws Exception {
        Signature signature = Signature.getInstance("SHA256withRSAandMGF1", STATION.provider());
        signature.initSign(STATION.key("rsa-2048"));
        signature.update(MESSAGE);
        byte[] signed = signature.sign();
        signature.initVerify(STATION.certificate("rsa-2048"));
        signature.update(MESSAGE);
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void keysOfTheWrongKindAreRefusedAtOnce() throws Exception {
        Signature rsa = Signature.getInstance("SHA256withRSA", STATION.provider());
        assertThatThrownBy(() -> rsa.initSign(STATION.key("p-256"))).isInstanceOf(InvalidKeyException.class)
                .hasMessage("SHA256withRSA needs an RSA key, not EC");
    }

    @Test
    void aSaltTooLongForTheKeyIsRefusedLocally() throws Exception {
        Signature signer = Signature.getInstance("RSASSA-PSS", STATION.provider());
        signer.initSign(STATION.key("rsa-2048"));
        long before = STATION.posts();
        AlgorithmParameterSpec tooLong = new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 191, 1);
        assertThatThrownBy(() -> signer.setParameter(tooLong)).isInstanceOf(InvalidAlgorithmParameterException.class)
                .hasMessageContaining("2048 bits is too small for PSS with SHA-512 and a salt of 191 bytes");
        assertThat(STATION.posts()).isEqualTo(before);
    }

    @Test
    void pssWithoutParametersSaysWhatIsMissing() throws Exception {
        Signature signer = Signature.getInstance("RSASSA-PSS", STATION.provider());
        signer.initSign(STATION.key("rsa-2048"));
        assertThatThrownBy(() -> signer.update(MESSAGE)).isInstanceOf(SignatureException.class)
                .hasMessageContaining("setParameter(PSSParameterSpec)");
    }

    @Test
    void aMessageTooLongForEd25519IsRefusedLocally() throws Exception {
        Signature signer = Signature.getInstance("Ed25519", STATION.provider());
        signer.initSign(STATION.key("ed25519"));
        assertThatThrownBy(() -> signer.update(new byte[MessageBounds.MAX_INPUT_BYTES + 1]))
                .isInstanceOf(SignatureException.class).hasMessageContaining("Ed25519 sends the whole message");
    }

    @Test
    void theLongestMessageForEd25519IsSigned() throws Exception {
        byte[] longest = new byte[MessageBounds.MAX_INPUT_BYTES];
        Signature signer = Signature.getInstance("Ed25519", STATION.provider());
        signer.initSign(STATION.key("ed25519"));
        signer.update(longest);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(STATION.certificate("ed25519"));
        verifier.update(longest);
        assertThat(verifier.verify(signature)).isTrue();
    }
}
