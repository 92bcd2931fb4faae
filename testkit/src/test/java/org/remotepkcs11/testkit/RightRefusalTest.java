package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

class RightRefusalTest {
    private PausableCards cards;
    private TestProxy proxy;
    private Asking user;
    private LogView log;

    @BeforeEach
    void startProxy() throws Exception {
        Instant end = Instant.now().plus(Duration.ofDays(30));
        Limits limits = new Limits(Optional.empty(), Optional.of(end), 2, Set.of(), Set.of(Mechanisms.ECDSA), Set.of(),
                Set.of());
        proxy = TestProxy.builder().softwareCard("Demo card", SoftwareKeyType.P_256).limits(limits)
                .setting("pin.tries", "3").softwareReader(reader -> cards = new PausableCards(reader, 2)).start();
        user = Asking.of(proxy);
        log = LogView.now(proxy);
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void wrongVirtualPinIsRefusedAndItsTriesAreCounted() throws Exception {
        Refusal refusal = refuse(ErrorCode.PIN_WRONG, user.use(), user.secret("wrong"));
        assertThat(refusal.triesLeft()).isEqualTo(2);
        assertThat(log.onlyRefusal(ErrorCode.PIN_WRONG).evidence()).isPresent();
    }

    @Test
    void lockedDelegationIsRefusedUntilTheOwnerUnlocksIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            refuse(ErrorCode.PIN_WRONG, new Request.Login(user.card().id()), user.secret("wrong"));
        }
        refuse(ErrorCode.PIN_LOCKED, user.use(), right());
        assertThat(log.news(AuditEntry.Refused.class)).hasSize(4);
        proxy.owner().unlock(proxy.delegation());
        assertThat(user.verifies(Asking.DIGEST, Asking.output(user.client().ask(user.use(), right())))).isTrue();
    }

    @Test
    void requestWithoutPinIsRefused() throws Exception {
        refuse(ErrorCode.PIN_MISSING, user.use(), Secret.none());
        log.onlyRefusal(ErrorCode.PIN_MISSING);
    }

    @Test
    void revokedDelegationIsRefused() throws Exception {
        proxy.revoke();
        log = LogView.now(proxy);
        refuse(ErrorCode.DELEGATION_REVOKED, user.use(), right());
        assertThat(log.onlyRefusal(ErrorCode.DELEGATION_REVOKED).right().delegation()).isEqualTo(proxy.delegation());
    }

    @Test
    void delegationPastItsEndIsRefused() throws Exception {
        proxy.moveClock(Duration.ofDays(31));
        Asking later = Asking.of(proxy);
        log = LogView.now(proxy);
        refusal(ErrorCode.DELEGATION_EXPIRED, () -> later.client().ask(later.use(), later.secret(proxy.virtualPin())));
        log.onlyRefusal(ErrorCode.DELEGATION_EXPIRED);
    }

    @Test
    void usedUpDelegationIsRefused() throws Exception {
        user.client().ask(user.use(user.sign(Asking.DIGEST), user.sign(Asking.digest("b"))), right());
        int touched = cards.touched();
        refusal(ErrorCode.DELEGATION_USED_UP, () -> user.client().ask(user.use(), right()));
        assertThat(cards.touched()).isEqualTo(touched);
    }

    @Test
    void unknownKeyCardAndMechanismAreRefused() throws Exception {
        Operation sound = user.sign(Asking.DIGEST);
        Operation unknownKey = new Operation(Id.of(Asking.digest("no key")), sound.kind(), sound.mechanism(),
                sound.parameters(), sound.input());
        refuse(ErrorCode.KEY_UNKNOWN, user.use(unknownKey), right());
        Operation forbidden = new Operation(sound.key(), sound.kind(), Mechanisms.ECDH1_DERIVE, sound.parameters(),
                sound.input());
        refuse(ErrorCode.MECHANISM_FORBIDDEN, user.use(forbidden), right());
        refuse(ErrorCode.CARD_UNKNOWN, new Request.Login(Id.random()), right());
    }

    @Test
    void userMayNotActAsOwner() throws Exception {
        refuse(ErrorCode.ROLE_INSUFFICIENT, new Request.Administer(
                new Administration.Revoke(proxy.delegation())), Secret.none());
        log.onlyRefusal(ErrorCode.ROLE_INSUFFICIENT);
    }

    private Secret right() {
        return user.secret(proxy.virtualPin());
    }

    private Refusal refuse(ErrorCode code, Request request, Secret secret) {
        Refusal refusal = refusal(code, () -> user.client().ask(request, secret));
        assertThat(cards.touched()).isZero();
        return refusal;
    }
}
