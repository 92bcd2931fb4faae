package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Secret;

class WarrantyTest {
    private static final Instant END = Instant.parse("2026-04-30T18:00:00Z");

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private Id delegation;

    @BeforeEach
    void delegateOneKeyWithWarranty() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, alice, new Limits(Optional.empty(), Optional.of(END), 0,
                Set.of(office.ec.fingerprint()), Set.of(), Set.of(), Set.of()).withWarranty());
    }

    @AfterEach
    void close() {
        office.close();
    }

    private List<CertificateObject> shown() throws Exception {
        List<RemoteCard> cards =
                office.access().directory().snapshot(Fingerprint.of(alice.key().getPublic())).cards();
        return cards.isEmpty() ? List.of() : cards.get(0).certificates();
    }

    private static X509Certificate parsed(CertificateObject object) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(object.der()));
    }

    @Test
    void certificateIsForTheKeyInTheNamesOfOwnerAndUserWithinTheDelegation() throws Exception {
        X509Certificate certificate = parsed(shown().get(0));
        assertThat(Fingerprint.of(certificate.getPublicKey())).isEqualTo(office.ec.fingerprint());
        assertThat(shown().get(0).id()).isEqualTo(office.ec.id());
        assertThat(certificate.getSubjectX500Principal().getName()).contains("CN=alice on behalf of olga");
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(office.clock.instant());
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(END);
        certificate.verify(office.keys.delegations().certificate().getPublicKey());
    }

    @Test
    void authoritysCertificateCompletesTheChain() throws Exception {
        assertThat(shown()).hasSize(2);
        assertThat(parsed(shown().get(1))).isEqualTo(office.keys.delegations().certificate());
    }

    @Test
    void keyWithoutCertificateIsNotUsed() throws Exception {
        granted(office.use(alice, card, office.sign()));
        Operation other = new Operation(office.rsa.fingerprint(), Operation.Kind.SIGN, Mechanisms.RSA_PKCS,
                Operation.NO_PARAMETERS, new byte[32]);
        assertThat(denied(office.use(alice, card, other))).isEqualTo(ErrorCode.KEY_FORBIDDEN);
    }

    @Test
    void revokedDelegationsCertificateIsOnTheListFromThatMoment() throws Exception {
        X509Certificate certificate = parsed(shown().get(0));
        assertThat(office.access().directory().revokedCertificates()).isEmpty();
        office.clock.set(END.minusSeconds(60));
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        assertThat(office.access().directory().revokedCertificates()).containsExactly(
                new DelegationAuthority.Revoked(certificate.getSerialNumber(), END.minusSeconds(60)));
    }

    @Test
    void disabledUsersAndRemovedCardsCertificatesAreOnTheList() throws Exception {
        office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
        assertThat(office.access().directory().revokedCertificates()).hasSize(1);
        Person bob = office.user("bob");
        office.delegate(card, bob, Limits.NONE.withWarranty());
        office.ask(office.olga, new Administration.RemoveCard(card), Secret.none());
        assertThat(office.access().directory().revokedCertificates()).hasSize(3);
    }

    @Test
    void certificatePutInByHandIsNotShown() throws Exception {
        byte[] another = shown().get(1).der();
        office.access().close();
        Jdbi.create("jdbc:sqlite:" + office.file).useHandle(handle ->
                handle.execute("UPDATE delegation_certificate SET certificate = ?", (Object) another));
        office.open();
        assertThat(shown()).isEmpty();
    }

    @Test
    void delegationThatTheAuthorityWouldNotOutliveIsRefused() throws Exception {
        Instant late = office.keys.delegations().certificate().getNotAfter().toInstant().plusSeconds(1);
        Person bob = office.user("bob");
        assertThat(denied(office.ask(office.olga, new Administration.Delegate(card, "bob",
                new Limits(Optional.of(late), Optional.empty(), 0, Set.of(), Set.of(), Set.of(), Set.of()).withWarranty(),
                Office.quick()), office.bothProofs(bob)))).isEqualTo(ErrorCode.INPUT_INVALID);
    }
}
