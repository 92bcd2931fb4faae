package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.proxy.audit.EntryText;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** What reaches one of several physical cards, and what the log says of it. */
class MemberTouchTest {
    private static final String SECOND = "memory:0002";

    @TempDir
    private Path dir;
    private Office office;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        card = office.addCard("seal", Office.SOURCE);
        assertThat(office.joinCard(card, SECOND, office.rsa, office.ec)).isInstanceOf(Admission.Done.class);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private CompletableFuture<Admission> leave() throws Exception {
        return office.send(office.olga, Id.random(), new Request.Administer(
                new Administration.LeaveCard(card, SECOND)), Secret.none());
    }

    private CardCheck renewal() throws Exception {
        return (CardCheck) office.ask(office.olga, new Administration.RenewCardPin(card, SECOND),
                Secret.of(Office.proof("olga"), new byte[0], new byte[] {1}));
    }

    private static ErrorCode lastLook(CardCheck check) {
        try {
            check.check(SECOND);
            return null;
        } catch (RefusedException e) {
            return e.code();
        }
    }

    @Test
    void pinThatWaitsForACardIsNotSentToItAfterItLeft() throws Exception {
        try (CardCheck check = renewal()) {
            leave().join();
            assertThat(lastLook(check)).isEqualTo(ErrorCode.CARD_ABSENT);
        }
    }

    @Test
    void pinThatWaitsForACardIsNotSentToItAfterTheRemoteCardWasRemovedOrTheOwnersKeyEnded() throws Exception {
        try (CardCheck check = renewal(); CardCheck joining = (CardCheck) office.ask(office.olga,
                new Administration.JoinCard(card, "memory:0003"),
                Secret.of(Office.proof("olga"), new byte[0], new byte[] {1}))) {
            office.ask(office.olga, new Administration.RemoveCard(card), Secret.none());
            assertThat(lastLook(check)).isEqualTo(ErrorCode.DELEGATION_REVOKED);
            assertThat(lastLook(joining)).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        }
        try (CardCheck adding = (CardCheck) office.ask(office.olga,
                new Administration.AddCard("new", SECOND, Office.quick()),
                Secret.of(new byte[0], Office.proof("olga"), new byte[] {1}))) {
            office.access().directory().replaceKey("olga", Duration.ofHours(1));
            assertThat(lastLook(adding)).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        }
    }

    @Test
    void leavingWaitsForAPinThatTheCardIsTrying() throws Exception {
        CardCheck check = renewal();
        assertThat(lastLook(check)).isNull();
        CompletableFuture<Admission> left = leave();
        check.close();
        office.ask(office.olga, new Administration.ListState(), Secret.none());
        assertThat(left).isNotDone();
        assertThat(check.pin().utf8()).isNotEmpty();
        check.left();
        assertThat(left.join()).isInstanceOf(Admission.Done.class);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> check.pin().utf8());
    }

    private void reach(Granted granted, String source) throws RefusedException {
        CardJob.LastLook look = granted.lastLook(0);
        look.check(source);
        look.left();
    }

    private String lastEntry() throws Exception {
        AuditReader log = office.access().log().reader();
        return new EntryText().of(log.size() - 1, log.body(log.size() - 1).orElseThrow());
    }

    @Test
    void logNamesTheCardThatDidTheWorkAndThoseThatFailedAtIt() throws Exception {
        Granted done = (Granted) office.use(office.olga, card, office.sign());
        reach(done, SECOND);
        office.conclude(done);
        assertThat(lastEntry()).containsPattern("made sha-256 [0-9a-f]{64} by memory:0002$");
        Granted again = (Granted) office.use(office.olga, card, office.sign());
        reach(again, SECOND);
        reach(again, Office.SOURCE);
        office.conclude(again);
        assertThat(lastEntry()).endsWith(" by memory:0001 after memory:0002 failed");
    }

    @Test
    void logNamesTheCardThatFailed() throws Exception {
        Granted granted = (Granted) office.use(office.olga, card, office.sign());
        reach(granted, Office.SOURCE);
        granted.close();
        office.access().gate().conclude(granted, new Outcome.Used(List.of(new Outcome.Result.Failed(
                Refusal.of(ErrorCode.CARD_FAILED, "it crashed"))))).join();
        assertThat(lastEntry()).endsWith("code " + ErrorCode.CARD_FAILED.number() + " by memory:0001");
    }
}
