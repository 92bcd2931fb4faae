package org.remotepkcs11.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.testkit.PausableCards;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.WireClient;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** Other clients have filled a card's queue. */
class BusyCardTest {
    private static final int QUEUE = 1024;
    /** What a card's queue takes, and a little more. */
    private static final int REQUESTS = QUEUE / MessageBounds.MAX_OPERATIONS + 1;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AtomicReference<PausableCards> cards = new AtomicReference<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TestProxy proxy;
    private RemoteCard card;
    private Operation sign;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.builder().softwareReader(reader -> {
            cards.set(new PausableCards(reader, 1));
            return cards.get();
        }).start();
        card = RemoteClient.of(ClientConfiguration.load(proxy.configuration())).card(Optional.empty());
        sign = new Operation(card.keys().stream().filter(key -> key.label().equals("p-256")).findFirst().orElseThrow()
                .fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS, new byte[32]);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        proxy.close();
    }

    /** As another client, which takes what it gets. @return how many of its operations were done */
    private Callable<Integer> filling() throws Exception {
        WireClient client = proxy.client(proxy.user());
        client.open();
        Request use = new Request.Use(card.id(), Collections.nCopies(MessageBounds.MAX_OPERATIONS, sign),
                PATIENCE);
        return () -> {
            byte[] proof = PinProof.derive(proxy.virtualPin().toCharArray(), card.pin(), client.proxy());
            Outcome.Used used = (Outcome.Used) client.ask(use, Secret.ofPinProof(proof));
            return (int) used.results().stream().filter(Outcome.Result.Output.class::isInstance).count();
        };
    }

    private boolean turnedAway() throws Exception {
        return proxy.log().stream().map(AuditEntry::matter).filter(AuditEntry.Outcome.class::isInstance)
                .map(AuditEntry.Outcome.class::cast).flatMap(outcome -> outcome.results().stream())
                .anyMatch(result -> result.code() == ErrorCode.CARD_BUSY.number());
    }

    private boolean full() throws Exception {
        return proxy.owner().state().cards().get(0).members().get(0).waiting() >= QUEUE;
    }

    private static void await(Callable<Boolean> happened) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.call() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(happened.call()).isTrue();
    }

    @Test
    void anOperationThatFoundNoRoomIsAskedAgainUntilThereIsAndCountedOnce() throws Exception {
        cards.get().pause();
        List<Future<Integer>> others = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            others.add(threads.submit(filling()));
        }
        await(this::full);
        Future<byte[]> mine = threads.submit(() -> {
            RemoteClient client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
            return client.use(client.login(card, proxy.virtualPin().toCharArray()), sign, PATIENCE);
        });
        await(this::turnedAway);
        assertThat(mine).isNotDone();
        cards.get().resume();
        assertThat(mine.get()).hasSize(64);
        int done = 1;
        for (Future<Integer> other : others) {
            done += other.get();
        }
        int counted = done;
        assertThat(proxy.owner().state().delegations()).filteredOn(one -> one.id().equals(proxy.delegation()))
                .singleElement().matches(one -> one.operationsUsed() == counted);
    }
}
