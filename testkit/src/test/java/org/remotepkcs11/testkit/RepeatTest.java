package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;

class RepeatTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private final Id operation = Id.random();
    private PausableCards cards;
    private TestProxy proxy;
    private Asking user;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.builder().softwareCard("Demo card", SoftwareKeyType.P_256)
                .softwareReader(reader -> cards = new PausableCards(reader, 2)).start();
        user = Asking.of(proxy);
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void operationAskedTwiceAtOnceIsDoneOnce() throws Exception {
        cards.pause();
        CompletableFuture<Outcome> first = inBackground(user.use());
        assertThat(cards.awaitTouch(PATIENCE)).isTrue();
        CompletableFuture<Outcome> second = inBackground(user.use());
        assertThat(cards.awaitTouch(Duration.ofMillis(300))).as("a second touch").isFalse();
        cards.resume();
        assertThat(Asking.output(first.join())).isEqualTo(Asking.output(second.join()));
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void operationAskedAgainAfterwardsGetsTheSameResult() throws Exception {
        byte[] signature = Asking.output(ask(user.use(), right()));
        assertThat(Asking.output(ask(user.use(), right()))).isEqualTo(signature);
        assertThat(cards.touched()).isEqualTo(1);
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void resultIsNotTakenByWhoDoesNotKnowThePin() throws Exception {
        ask(user.use(), right());
        refusal(ErrorCode.PIN_WRONG, () -> ask(user.use(), user.secret("wrong")));
    }

    @Test
    void operationIdWithAnotherInputIsAConflict() throws Exception {
        ask(user.use(), right());
        refusal(ErrorCode.OPERATION_CONFLICT, () -> ask(user.use(user.sign(Asking.digest("other"))), right()));
        assertThat(cards.touched()).isEqualTo(1);
    }

    @Test
    void afterARestartTheOperationIsDoneAgainAndCountedOnce() throws Exception {
        ask(user.use(), right());
        proxy.restart();
        refusal(ErrorCode.SESSION_UNKNOWN, () -> ask(user.use(), right()));
        user.client().open();
        assertThat(user.verifies(Asking.DIGEST, Asking.output(ask(user.use(), right())))).isTrue();
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void openAskedAgainIsTheSameSession() throws Exception {
        SealedRequest open = user.client().seal(WireClient.openRequest(), Secret.none(), operation);
        Outcome.Opened first = (Outcome.Opened) user.client().exchange(open).outcome();
        Outcome.Opened second = (Outcome.Opened) user.client().exchange(open).outcome();
        assertThat(second.session()).isEqualTo(first.session());
        assertThat(second.proxyNonce()).isEqualTo(first.proxyNonce());
    }

    @Test
    void cardThatFailedIsAskedAgain() throws Exception {
        cards.pause();
        Request.Use hasty = new Request.Use(user.card().id(), user.use().operations(), Duration.ofMillis(300));
        Outcome.Used late = (Outcome.Used) ask(hasty, right());
        assertThat(late.results().get(0)).isInstanceOfSatisfying(Outcome.Result.Failed.class,
                failed -> assertThat(failed.refusal().code()).isEqualTo(ErrorCode.DEADLINE_PASSED));
        cards.resume();
        assertThat(user.verifies(Asking.DIGEST, Asking.output(ask(user.use(), right())))).isTrue();
        assertThat(used()).isEqualTo(1);
    }

    private long used() throws RefusedException {
        return proxy.owner().state().delegations().stream()
                .filter(delegation -> delegation.id().equals(proxy.delegation())).findFirst().orElseThrow()
                .operationsUsed();
    }

    private Secret right() {
        return user.secret(proxy.virtualPin());
    }

    private Outcome ask(Request request, Secret secret) throws RefusedException {
        return WireClient.granted(user.client().exchange(user.client().seal(request, secret, operation)));
    }

    private CompletableFuture<Outcome> inBackground(Request request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return ask(request, right());
            } catch (RefusedException e) {
                throw new CompletionException(e);
            }
        }, task -> new Thread(task).start());
    }
}
