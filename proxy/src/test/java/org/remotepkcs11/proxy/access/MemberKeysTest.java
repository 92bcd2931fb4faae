package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.granted;
import static org.remotepkcs11.proxy.access.Denials.refusal;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Secret;

/** Physical cards behind one remote card hold the same keys, or no key twice. */
class MemberKeysTest {
    private static final String SECOND = "memory:0002";

    @TempDir
    private Path dir;
    private Office office;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        card = office.addCard("seal", Office.SOURCE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private RemoteCard seen() throws Exception {
        return office.access().directory().snapshot(office.olga.caller().fingerprint()).cards().get(0);
    }

    private ProxyState.OwnedCard owned() throws Exception {
        Admission.Done done = (Admission.Done) office.ask(office.olga, new Administration.ListState(), Secret.none());
        return ((Outcome.Listed) done.outcome()).state().cards().get(0);
    }

    private PrivateKeyObject ec(Set<Usage> usages, Set<Long> mechanisms) {
        return new PrivateKeyObject(office.ec.id(), office.ec.label(), office.ec.publicKey(), usages, mechanisms);
    }

    @Test
    void cardWithSomeKeysOfAnotherAndNotAllDoesNotJoin() throws Exception {
        Refusal refusal = refusal(office.joinCard(card, SECOND, office.ec, Office.key("EC", 384)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(refusal.detail()).contains(SECOND, Office.SOURCE, "in common");
        assertThat(denied(office.joinCard(card, SECOND, office.ec))).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(owned().members()).extracting(ProxyState.CardMember::source).containsExactly(Office.SOURCE);
    }

    @Test
    void cardWhoseKeysChangedSoStaysAsItWasKnown() throws Exception {
        office.joinCard(card, SECOND, office.rsa, office.ec);
        assertThat(denied(office.renewCardPin(card, SECOND, office.ec))).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(owned().members()).extracting(member -> member.keys().size()).containsExactly(2, 2);
    }

    @Test
    void onlyCardMayChangeItsKeys() throws Exception {
        assertThat(office.renewCardPin(card, Office.SOURCE, office.ec)).isInstanceOf(Admission.Done.class);
        assertThat(seen().keys()).hasSize(1);
    }

    @Test
    void cardThatComesToHoldOtherKeysIsShownBesideTheOther() throws Exception {
        office.joinCard(card, SECOND, office.rsa, office.ec);
        assertThat(office.renewCardPin(card, SECOND, Office.key("EC", 384))).isInstanceOf(Admission.Done.class);
        assertThat(seen().keySets()).extracting(set -> set.keys().size()).containsExactly(2, 1);
    }

    @Test
    void keyIsForWhatEachCardUsesItFor() throws Exception {
        office.joinCard(card, SECOND, office.rsa, ec(Set.of(Usage.DERIVE, Usage.SENSITIVE), Set.of()));
        assertThat(denied(office.use(office.olga, card, office.sign()))).isEqualTo(ErrorCode.KEY_FORBIDDEN);
        assertThat(seen().keys().get(1).usages()).isEmpty();
    }

    @Test
    void keyIsUsedByMechanismsThatEachCardAllows() throws Exception {
        office.joinCard(card, SECOND, office.rsa, ec(Set.of(Usage.SIGN), Set.of(Mechanisms.EDDSA)));
        assertThat(denied(office.use(office.olga, card, office.sign()))).isEqualTo(ErrorCode.MECHANISM_FORBIDDEN);
        assertThat(seen().keys().get(1).allowedMechanisms()).containsExactly(Mechanisms.EDDSA);
        office.joinCard(card, "memory:0003", office.rsa, ec(Set.of(Usage.SIGN), Set.of(Mechanisms.ECDSA)));
        assertThat(denied(office.use(office.olga, card, office.sign()))).isEqualTo(ErrorCode.KEY_FORBIDDEN);
        assertThat(seen().keys().get(1).usages()).isEmpty();
    }

    @Test
    void mechanismThatEachCardAllowsIsAllowed() throws Exception {
        office.joinCard(card, SECOND, office.rsa, ec(Set.of(Usage.SIGN), Set.of(Mechanisms.ECDSA, Mechanisms.EDDSA)));
        granted(office.use(office.olga, card, office.sign()));
    }
}
