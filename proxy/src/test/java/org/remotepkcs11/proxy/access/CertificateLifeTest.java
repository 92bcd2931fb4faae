package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.mayTouch;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** Keys and certificates change; the person, the delegations and the virtual PINs stay. */
class CertificateLifeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        office.delegate(card, alice, Limits.NONE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private static Request renewal(Person next) throws Exception {
        return new Request.RenewCertificate(new JcaPKCS10CertificationRequestBuilder(new X500Principal(""),
                next.key().getPublic()).build(new JcaContentSignerBuilder("SHA256withECDSA")
                .build(next.key().getPrivate())).getEncoded());
    }

    private static X509Certificate certificate(Admission admission) throws Exception {
        Outcome.CertificateRenewed renewed = (Outcome.CertificateRenewed) ((Admission.Done) admission).outcome();
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(renewed.chain().get(0)));
    }

    private static ErrorCode denied(Admission admission) {
        return ((Admission.Denied) admission).refusal().code();
    }

    private Admission replaceKey(Person by, String name) throws Exception {
        return office.ask(by, new Administration.ReplaceKey(name, HOUR), Secret.none());
    }

    private static EnrollmentCode code(Admission admission) throws Exception {
        return EnrollmentCode.parse(((Outcome.Invited) ((Admission.Done) admission).outcome()).code());
    }

    @Test
    void certificateIsRenewedForTheSameKey() throws Exception {
        X509Certificate renewed = certificate(office.ask(alice, renewal(alice), Secret.none()));
        assertThat(renewed.getPublicKey()).isEqualTo(alice.key().getPublic());
        assertThat(renewed.getSubjectX500Principal().getName()).isEqualTo("CN=alice");
        assertThat(office.useUp(alice, card, office.sign())).isInstanceOf(Granted.class);
    }

    @Test
    void newKeyTakesTheOldOnesPlaceWithItsDelegations() throws Exception {
        Person next = Person.named("alice");
        assertThat(certificate(office.ask(alice, renewal(next), Secret.none())).getPublicKey())
                .isEqualTo(next.key().getPublic());
        assertThat(office.useUp(next, card, office.sign())).isInstanceOf(Granted.class);
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    @Test
    void oldKeyMayAskAgainForTheAnswerToItsRenewalAndForNothingElse() throws Exception {
        Person next = Person.named("alice");
        office.ask(alice, renewal(next), Secret.none());
        Admission.Opened opened = (Admission.Opened) office.ask(alice, new Request.Open(Id.nonce(), "", 0), Secret.none());
        assertThat(opened.snapshot().orElseThrow().cards()).isEmpty();
        assertThat(certificate(office.ask(alice, renewal(next), Secret.none())).getPublicKey())
                .isEqualTo(next.key().getPublic());
        assertThat(denied(office.ask(alice, renewal(alice), Secret.none()))).isEqualTo(ErrorCode.NAME_TAKEN);
        assertThat(denied(office.ask(alice, new Request.Login(card), Secret.none()))).isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    /** Else the proxy's certificate would outlive what the other authority takes back. */
    @Test
    void whomAnotherAuthorityVouchesForGetsNoCertificateOfTheProxys() throws Exception {
        Person otto = Person.named("otto");
        office.enroll(otto, Role.USER);
        assertThat(denied(office.ask(otto, renewal(otto), Secret.none()))).isEqualTo(ErrorCode.CERTIFICATE_UNTRUSTED);
        Person both = otto.certifiedBy(office.keys.authority());
        assertThat(denied(office.ask(both, renewal(otto), Secret.none()))).isEqualTo(ErrorCode.CERTIFICATE_UNTRUSTED);
        Request open = new Request.Open(Id.nonce(), "", 0);
        assertThat(denied(office.ask(both, open, Secret.none()))).isEqualTo(ErrorCode.CERTIFICATE_UNTRUSTED);
        assertThat(office.ask(otto, open, Secret.none())).isInstanceOf(Admission.Opened.class);
    }

    @Test
    void keyOfSomebodyElseIsNotTaken() throws Exception {
        Person bob = office.user("bob");
        assertThat(denied(office.ask(alice, renewal(bob), Secret.none()))).isEqualTo(ErrorCode.NAME_TAKEN);
    }

    @Test
    void lostKeyIsDeadAtOnceAndItsPersonEnrolsAgainWithAllRights() throws Exception {
        EnrollmentCode code = code(replaceKey(office.olga, "alice"));
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.USER_DISABLED);
        Person next = Person.named("alice");
        office.access().directory().enroll(code, next.certificate());
        assertThat(office.useUp(next, card, office.sign())).isInstanceOf(Granted.class);
        assertThat(denied(office.use(alice, card, office.sign()))).isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    @Test
    void whatTheLostKeyAskedForReachesNoCardEvenAfterItsPersonEnrolledAgain() throws Exception {
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            office.access().directory().enroll(code(replaceKey(office.olga, "alice")), Person.named("alice").certificate());
            assertThat(mayTouch(granted)).isFalse();
        }
    }

    @Test
    void renewedKeyThatWasLostIsGoodForNothing() throws Exception {
        Person next = Person.named("alice");
        office.ask(alice, renewal(next), Secret.none());
        replaceKey(office.olga, "alice");
        assertThat(denied(office.ask(alice, new Request.Open(Id.nonce(), "", 0), Secret.none())))
                .isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    @Test
    void ownerEndsNoKeyOfWhoUsesOthersCardsNorOfAnotherOwner() throws Exception {
        Person otto = Person.named("otto");
        office.enroll(otto, Role.OWNER);
        assertThat(denied(replaceKey(otto, "alice"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(replaceKey(office.olga, "otto"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(replaceKey(alice, "alice"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(replaceKey(office.olga, "nobody"))).isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    /** Whoever gets the code is that person from then on. */
    @Test
    void ownerEndsNoKeyOfWhomAnotherInvitedThoughNothingIsDelegated() throws Exception {
        Person otto = Person.named("otto");
        office.enroll(otto, Role.OWNER);
        office.user("bob");
        office.enroll(Person.named("carla"), Role.USER);
        assertThat(denied(replaceKey(otto, "bob"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(replaceKey(otto, "carla"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(replaceKey(office.olga, "carla"))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        Person bob = Person.named("bob");
        office.access().directory().enroll(code(replaceKey(office.olga, "bob")), bob.certificate());
        code(replaceKey(office.olga, "bob"));
    }

    @Test
    void operatorGivesAnOwnerAnotherKey() throws Exception {
        String code = office.access().directory().replaceKey("olga", HOUR).code();
        Person next = Person.named("olga");
        office.access().directory().enroll(EnrollmentCode.parse(code), next.certificate());
        assertThat(office.ask(next, new Administration.ListState(), Secret.none())).isInstanceOf(Admission.Done.class);
        assertThat(denied(office.ask(office.olga, new Administration.ListState(), Secret.none())))
                .isEqualTo(ErrorCode.USER_UNKNOWN);
    }

    @Test
    void disabledPersonStaysSoWhateverCodeThereIs() throws Exception {
        EnrollmentCode code = code(replaceKey(office.olga, "alice"));
        code = code(replaceKey(office.olga, "alice"));
        office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
        EnrollmentCode last = code;
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> office.access().directory().enroll(last, alice.certificate()))
                .matches(refused -> refused.code() == ErrorCode.CODE_INVALID);
        assertThat(denied(replaceKey(office.olga, "alice"))).isEqualTo(ErrorCode.USER_DISABLED);
    }

    @Test
    void renewalsSurviveARestart() throws Exception {
        Person next = Person.named("alice");
        office.ask(alice, renewal(next), Secret.none());
        office.close();
        office.open();
        assertThat(office.useUp(next, card, office.sign())).isInstanceOf(Granted.class);
    }
}
