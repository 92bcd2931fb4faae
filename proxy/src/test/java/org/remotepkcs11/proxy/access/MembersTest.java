package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.pin;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** Several physical cards behind one remote card. */
class MembersTest {
    private static final String SECOND = "memory:0002";

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
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void joinTwin() throws Exception {
        assertThat(office.joinCard(card, SECOND, office.rsa, office.ec)).isInstanceOf(Admission.Done.class);
    }

    private PrivateKeyObject joinOther() throws Exception {
        PrivateKeyObject key = Office.key("EC", 384);
        assertThat(office.joinCard(card, SECOND, key)).isInstanceOf(Admission.Done.class);
        return key;
    }

    private CompletableFuture<Admission> leave(String source) throws Exception {
        return office.send(office.olga, Id.random(), new Request.Administer(
                new Administration.LeaveCard(card, source)), Secret.none());
    }

    private RemoteCard seen() throws Exception {
        return office.access().directory().snapshot(alice.caller().fingerprint()).cards().get(0);
    }

    private static Operation sign(PrivateKeyObject key) {
        return new Operation(key.fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                Office.sha256("a document"));
    }

    private static Limits forKeys(PrivateKeyObject... keys) {
        return new Limits(Optional.empty(), Optional.empty(), 0,
                Set.copyOf(List.of(keys).stream().map(PrivateKeyObject::fingerprint).toList()), Set.of(), Set.of(), Set.of());
    }

    @Test
    void virtualPinsOfBeforeOpenACardThatJoined() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        joinTwin();
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            assertThat(granted.members(office.sign())).containsExactly(Office.SOURCE, SECOND);
            assertThat(pin(granted, SECOND)).isEqualTo(Office.CARD_PIN);
        }
    }

    @Test
    void cardsWithTheSameKeysAreSeenAsOne() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        joinTwin();
        assertThat(seen().keySets()).isEmpty();
        office.absent.add(Office.SOURCE);
        office.access().directory().cardsChanged();
        assertThat(seen().present()).isTrue();
    }

    @Test
    void cardsWithOtherKeysAreSeenSideBySide() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        PrivateKeyObject other = joinOther();
        assertThat(seen().keys()).isEmpty();
        assertThat(seen().keySets()).extracting(set -> set.keys().size()).containsExactly(2, 1);
        try (Granted granted = (Granted) office.use(alice, card, sign(other))) {
            assertThat(granted.members(sign(other))).containsExactly(SECOND);
        }
        office.absent.add(SECOND);
        office.access().directory().cardsChanged();
        assertThat(seen().keySets()).extracting(KeySet::present).containsExactly(true, false);
    }

    @Test
    void limitByKeyShowsOnlyCardsThatHoldOneOfTheKeys() throws Exception {
        office.delegate(card, alice, forKeys(office.ec));
        PrivateKeyObject other = joinOther();
        assertThat(seen().keySets()).isEmpty();
        assertThat(seen().keys()).extracting(PrivateKeyObject::fingerprint).containsExactly(office.ec.fingerprint());
        assertThat(denied(office.use(alice, card, sign(other)))).isEqualTo(ErrorCode.KEY_FORBIDDEN);
    }

    @Test
    void limitByKeyMayNameKeysOfDifferentCards() throws Exception {
        PrivateKeyObject other = joinOther();
        office.delegate(card, alice, forKeys(office.ec, other));
        assertThat(seen().keySets()).extracting(set -> set.keys().get(0).fingerprint())
                .containsExactly(office.ec.fingerprint(), other.fingerprint());
    }

    @Test
    void cardIsBehindOneRemoteCardAtMost() throws Exception {
        joinTwin();
        assertThat(denied(office.joinCard(card, SECOND, office.ec))).isEqualTo(ErrorCode.NAME_TAKEN);
        assertThat(denied(office.joinCard(card, Office.SOURCE, office.ec))).isEqualTo(ErrorCode.NAME_TAKEN);
    }

    @Test
    void cardThatLeftIsNotTouchedByWhatWaitedForIt() throws Exception {
        joinTwin();
        office.delegate(card, alice, Limits.NONE);
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            leave(SECOND).join();
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> granted.check(SECOND))
                    .matches(refused -> refused.code() == ErrorCode.CARD_ABSENT);
            granted.check(Office.SOURCE);
            granted.left();
        }
        assertThat(office.access().directory().find(office.olga.caller().fingerprint())).isPresent();
        assertThat(office.addCard("other", SECOND)).isNotNull();
    }

    @Test
    void leavingWaitsForWhatTheCardIsAt() throws Exception {
        joinTwin();
        office.delegate(card, alice, Limits.NONE);
        Granted granted = (Granted) office.use(alice, card, office.sign());
        granted.check(SECOND);
        CompletableFuture<Admission> left = leave(SECOND);
        office.ask(office.olga, new Administration.ListState(), Secret.none());
        granted.close();
        office.ask(office.olga, new Administration.ListState(), Secret.none());
        assertThat(left).isNotDone();
        granted.left();
        assertThat(left.join()).isInstanceOf(Admission.Done.class);
    }

    @Test
    void pinStaysUntilTheCardIsThroughAlsoIfNobodyWaits() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        Granted granted = (Granted) office.use(alice, card, office.sign());
        granted.check(Office.SOURCE);
        granted.close();
        try (CardPin pin = granted.of(Office.SOURCE)) {
            assertThat(pin.utf8()).isNotEmpty();
        }
        assertThat(granted.through()).isNotDone();
        granted.left();
        assertThat(granted.through()).isDone();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> granted.of(Office.SOURCE));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> granted.check(Office.SOURCE));
    }

    @Test
    void cardThatIsNotBehindItDoesNotLeave() throws Exception {
        joinTwin();
        assertThat(denied(leave("no such card").join())).isEqualTo(ErrorCode.CARD_UNKNOWN);
    }

    @Test
    void whoMayUseOnlyKeysOfACardThatLeftSeesNoOther() throws Exception {
        PrivateKeyObject other = joinOther();
        office.delegate(card, alice, forKeys(other));
        leave(SECOND).join();
        assertThat(seen().present()).isFalse();
        assertThat(seen().keys()).isEmpty();
        assertThat(seen().certificates()).isEmpty();
    }

    @Test
    void onlyCardDoesNotLeave() throws Exception {
        assertThat(denied(leave(Office.SOURCE).join())).isEqualTo(ErrorCode.INPUT_INVALID);
    }

    @Test
    void pinOfOneOfSeveralCardsIsRenewedByName() throws Exception {
        joinTwin();
        assertThat(denied(office.ask(office.olga, new Administration.RenewCardPin(card, ""),
                Secret.of(Office.proof("olga"), new byte[0], new byte[] {1})))).isEqualTo(ErrorCode.INPUT_INVALID);
        try (CardCheck check = (CardCheck) office.ask(office.olga, new Administration.RenewCardPin(card, SECOND),
                Secret.of(Office.proof("olga"), new byte[0], new byte[] {1}))) {
            assertThat(check.source()).isEqualTo(SECOND);
        }
    }

    @Test
    void ownerSeesEachCardAndWhoWaits() throws Exception {
        joinTwin();
        Id person = office.access().directory().find(alice.caller().fingerprint()).orElseThrow().id();
        office.queues.put(SECOND, List.of(new CardState.Queued(person, 3, 2)));
        Admission.Done done = (Admission.Done) office.ask(office.olga, new Administration.ListState(), Secret.none());
        ProxyState.OwnedCard owned = ((Outcome.Listed) done.outcome()).state().cards().get(0);
        assertThat(owned.members()).extracting(ProxyState.CardMember::source).containsExactly(Office.SOURCE, SECOND);
        assertThat(owned.members()).extracting(ProxyState.CardMember::state)
                .containsExactly(MemberState.FREE, MemberState.BUSY);
        assertThat(owned.queue()).containsExactly(new ProxyState.QueuedUser("alice", 3, 2));
    }

    @Test
    void repliesTellHowBusyEachKeySetIsAndWhereOnesOwnOperationsStand() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        joinOther();
        Id user = alice.caller().fingerprint();
        Id person = office.access().directory().find(user).orElseThrow().id();
        office.queues.put(SECOND, List.of(new CardState.Queued(Id.random(), 4, 1), new CardState.Queued(person, 2, 2)));
        office.absent.add(Office.SOURCE);
        CardLoad load = office.access().directory().load(user, card).orElseThrow();
        assertThat(load.sets()).containsExactly(new CardLoad.SetLoad(0, true), new CardLoad.SetLoad(6, false));
        assertThat(load.waiting()).isEqualTo(2);
        assertThat(load.place()).isEqualTo(2);
    }

    @Test
    void eachWhoOpensASessionIsGivenTheNextTurn() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        joinOther();
        Id user = alice.caller().fingerprint();
        int first = office.access().directory().loadsForOpening(user).get(0).turn();
        assertThat(office.access().directory().loadsForOpening(user).get(0).turn()).isEqualTo(first + 1);
    }

    @Test
    void idleCardWithoutAChoiceIsNotSpokenOf() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        joinTwin();
        assertThat(office.access().directory().loadsForOpening(alice.caller().fingerprint())).isEmpty();
    }
}
