package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.RefusedException;

/** What a Java program sees when something is not allowed, gone, or back again; with a real proxy. */
final class TroubleTest {
    private TestProxy proxy;
    private Provider provider;

    @BeforeEach
    void start() throws Exception {
        use(TestProxy.start());
    }

    private void use(TestProxy other) {
        if (proxy != null) {
            proxy.close();
        }
        proxy = other;
        provider = new RemotePkcs11Provider().configure(proxy.configuration().toString());
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void aDelegationTakenBackEndsSigningAtOnce() throws Exception {
        Signature signature = signature();
        signature.sign();
        proxy.revoke();
        assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class)
                .hasCauseInstanceOf(InvalidKeyException.class).rootCause().isInstanceOf(RefusedException.class);
        assertRefused(ErrorCode.CARD_UNKNOWN, () -> load(proxy.virtualPin()));
    }

    @Test
    void aProxyThatRestartsBetweenSignaturesIsNotNoticed() throws Exception {
        Signature signature = signature();
        signature.sign();
        proxy.restart();
        assertThat(signature.sign()).isNotEmpty();
        assertThat(signature.sign()).isNotEmpty();
    }

    @Test
    void tooManyWrongPinsLockTheDelegationAndSayWhoUnlocksIt() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertRefused(ErrorCode.PIN_WRONG, () -> load("000000"));
        }
        assertThatThrownBy(() -> load(proxy.virtualPin())).isInstanceOf(IOException.class)
                .hasCauseInstanceOf(UnrecoverableKeyException.class).hasMessageContaining("PIN_LOCKED")
                .hasMessageContaining("rpkcs11 unlock");
        proxy.owner().unlock(proxy.delegation());
        assertThat(load(proxy.virtualPin()).size()).isPositive();
    }

    @Test
    void aDisabledUserIsToldSo() throws Exception {
        Signature signature = signature();
        proxy.owner().disable(proxy.user().name());
        assertThatThrownBy(signature::sign).hasMessageContaining("USER_DISABLED");
    }

    @Test
    void aDelegationThatIsUsedUpIsToldSo() throws Exception {
        use(TestProxy.builder().limits(new Limits(Limits.NONE.notBefore(), Limits.NONE.notAfter(), 2, Set.of(),
                Set.of(), Set.of(), Set.of())).start());
        Signature signature = signature();
        signature.sign();
        signature.sign();
        assertThatThrownBy(signature::sign).hasMessageContaining("DELEGATION_USED_UP");
    }

    @Test
    void anAlgorithmThatIsNotDelegatedIsRefusedBeforeAnythingIsAsked() throws Exception {
        use(TestProxy.builder().limits(new Limits(Limits.NONE.notBefore(), Limits.NONE.notAfter(), 0, Set.of(),
                Set.of(Mechanisms.ECDSA), Set.of(), Set.of())).start());
        assertThat(signature().sign()).isNotEmpty();
        PrivateKey rsa = (PrivateKey) load(proxy.virtualPin()).getKey("rsa-2048", null);
        Signature signature = Signature.getInstance("SHA256withRSA", provider);
        long before = proxy.server().requests();
        assertThatThrownBy(() -> signature.initSign(rsa)).isInstanceOf(InvalidKeyException.class);
        assertThat(proxy.server().requests()).isEqualTo(before);
    }

    @Test
    void aProxyThatIsGoneIsNamed() throws Exception {
        Signature signature = signature();
        int port = proxy.server().port();
        proxy.server().close();
        assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class)
                .hasMessageContaining("UNREACHABLE").hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void anExpiredCertificateIsToldSo() throws Exception {
        Signature signature = signature();
        proxy.moveClock(Duration.ofDays(400));
        assertThatThrownBy(signature::sign).hasMessageContaining("CERTIFICATE_EXPIRED")
                .hasMessageContaining("rpkcs11 enroll");
    }

    private KeyStore load(String pin) throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", provider);
        store.load(null, pin.toCharArray());
        return store;
    }

    private Signature signature() throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA", provider);
        signature.initSign((PrivateKey) load(proxy.virtualPin()).getKey("p-256", null));
        return signature;
    }

    private interface Call {
        void make() throws Exception;
    }

    private static void assertRefused(ErrorCode code, Call call) {
        assertThatThrownBy(call::make).rootCause().isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
