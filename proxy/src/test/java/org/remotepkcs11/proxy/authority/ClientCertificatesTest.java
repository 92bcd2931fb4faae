package org.remotepkcs11.proxy.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.RefusedException;

class ClientCertificatesTest {
    private final Instant now = Instant.now();
    private final Authority own = Authority.create(now);
    private final Authority outside = Authority.create(now);
    private final PublicKey key = Keys.p256().getPublic();
    private final ClientCertificates judge = new ClientCertificates(own.certificate(), List.of(), Revocation.NONE);

    @Test
    void certificateOfOwnAuthorityIsTrusted() throws Exception {
        X509Certificate user = own.issueUser(key, "Uma", now, Authority.USER_LIFE);
        assertThat(judge.judge(List.of(user, own.certificate()), now).fingerprint()).isEqualTo(Fingerprint.of(key));
        assertThat(judge.judge(List.of(user), now).key()).isEqualTo(key);
    }

    @Test
    void certificateOfConfiguredAuthorityIsTrusted() throws Exception {
        X509Certificate user = outside.issueUser(key, "Uma", now, Authority.USER_LIFE);
        ClientCertificates both = new ClientCertificates(own.certificate(), List.of(outside.certificate()),
                Revocation.NONE);
        assertThat(both.judge(List.of(user), now).fingerprint()).isEqualTo(Fingerprint.of(key));
    }

    @Test
    void noCertificateIsMissing() {
        assertRefused(List.of(), now, ErrorCode.CERTIFICATE_MISSING);
    }

    @Test
    void certificateIsExpiredAfterAndBeforeItsTime() {
        List<X509Certificate> chain = List.of(own.issueUser(key, "Uma", now, Duration.ofDays(1)));
        assertRefused(chain, now.plus(Duration.ofDays(2)), ErrorCode.CERTIFICATE_EXPIRED);
        assertRefused(chain, now.minus(Duration.ofDays(1)), ErrorCode.CERTIFICATE_EXPIRED);
    }

    @Test
    void certificateOfUnknownAuthorityIsUntrustedEvenWhenExpired() {
        List<X509Certificate> chain =
                List.of(outside.issueUser(key, "Uma", now, Duration.ofDays(1)), outside.certificate());
        assertRefused(chain, now, ErrorCode.CERTIFICATE_UNTRUSTED);
        assertRefused(chain, now.plus(Duration.ofDays(2)), ErrorCode.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void authorityOfTheSameNameIsUntrusted() {
        Profile forger = new Profile(outside.key(), outside.certificate().getPublicKey(), nameOf(own));
        Profile.Subject subject = new Profile.Subject(nameOf(own), key, BigInteger.TEN);
        Profile.Validity validity = new Profile.Validity(now.minusSeconds(5), now.plusSeconds(500));
        X509Certificate forged = forger.authority(subject, validity);
        assertRefused(List.of(forged), now, ErrorCode.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void certificateOfServerIsUntrusted() {
        X509Certificate server = own.issueServer(key, List.of("localhost"), now);
        assertRefused(List.of(server), now, ErrorCode.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void certificateIssuedByUserIsUntrusted() {
        KeyPair pair = Keys.p256();
        X509Certificate user = own.issueUser(pair.getPublic(), "Uma", now, Authority.USER_LIFE);
        Authority pretender = Authority.of(pair.getPrivate(), user);
        X509Certificate forged = pretender.issueUser(key, "Otto", now, Authority.USER_LIFE);
        assertRefused(List.of(forged, user, own.certificate()), now, ErrorCode.CERTIFICATE_UNTRUSTED);
    }

    private void assertRefused(List<X509Certificate> chain, Instant at, ErrorCode code) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> judge.judge(chain, at))
                .extracting(RefusedException::code).isEqualTo(code);
    }

    private static X500Name nameOf(Authority authority) {
        return X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded());
    }
}
