package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** Users sign through the whole proxy while the owner revokes; what reaches the card is told by the card. */
class RevocationRaceTest {
    private static final int TRIALS = 1000;
    private static final int USERS = 4;
    private static final int SIGNERS = 2;
    private static final String PIN = "virtual-pin";

    private final Map<Id, Queue<Long>> starts = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TestProxy proxy;
    private Id key;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.builder().softwareReader(reader -> {
            PausableCards cards = new PausableCards(reader, 1);
            cards.onTouch(operation -> starts.get(Id.of(operation.input())).add(System.nanoTime()));
            return cards;
        }).start();
        key = Asking.of(proxy).key().fingerprint();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        proxy.close();
    }

    @Test
    void noCardOperationStartsAfterTheRevocationHasReturned() throws Exception {
        List<Future<?>> races = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            Race race = new Race("user-" + i);
            races.add(threads.submit(() -> {
                for (int trial = 0; trial < TRIALS / USERS; trial++) {
                    race.run(trial);
                }
                return null;
            }));
        }
        for (Future<?> race : races) {
            race.get();
        }
        assertThat(starts).hasSize(TRIALS);
    }

    /** One user, whom the owner lets sign and stops, again and again. */
    private final class Race {
        private final String name;
        private final WireClient owner;
        private final byte[] ownerProof;
        private final PinDerivation derivation = TestOwner.cheapDerivation();
        private final List<WireClient> signers = new ArrayList<>();

        Race(String name) throws Exception {
            this.name = name;
            this.owner = proxy.client(proxy.ownerAsUser());
            owner.open();
            this.ownerProof = PinProof.derive(proxy.ownerPin().toCharArray(), proxy.owner().state().cards().get(0)
                    .ownerDerivation().orElseThrow(), owner.proxy());
            TestUser user = proxy.enroll(name, UserKey.P_256);
            for (int i = 0; i < SIGNERS; i++) {
                WireClient signer = proxy.client(user);
                signer.open();
                signers.add(signer);
            }
        }

        private byte[] proof() {
            return PinProof.derive(PIN.toCharArray(), derivation, owner.proxy());
        }

        void run(int trial) throws Exception {
            byte[] digest = Asking.digest(name + " in trial " + trial);
            Queue<Long> begun = new ConcurrentLinkedQueue<>();
            starts.put(Id.of(digest), begun);
            Id delegation = delegate();
            List<Future<?>> signing = new ArrayList<>();
            for (WireClient signer : signers) {
                signing.add(threads.submit(() -> signUntilRevoked(signer, digest)));
            }
            while (begun.isEmpty() && signing.stream().noneMatch(Future::isDone)) {
                TimeUnit.MICROSECONDS.sleep(200);
            }
            TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(3000));
            owner.ask(new Request.Administer(new Administration.Revoke(delegation)), Secret.none());
            long returned = System.nanoTime();
            for (Future<?> signer : signing) {
                signer.get();
            }
            assertThat(begun).as("%s, trial %d", name, trial).isNotEmpty()
                    .allMatch(start -> start - returned < 0, "begun before the revocation had returned");
        }

        private Id delegate() throws RefusedException {
            Administration delegate = new Administration.Delegate(proxy.card(), name, Limits.NONE, derivation);
            return ((Outcome.Administered) owner.ask(new Request.Administer(delegate),
                    Secret.of(ownerProof, proof(), new byte[0]))).id();
        }

        private Void signUntilRevoked(WireClient signer, byte[] digest) throws RefusedException {
            Operation sign = new Operation(key, Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS, digest);
            Request use = new Request.Use(proxy.card(), List.of(sign), Duration.ZERO);
            ErrorCode refused = null;
            while (refused == null) {
                refused = refusal(signer, use);
            }
            assertThat(refused).isEqualTo(ErrorCode.DELEGATION_REVOKED);
            return null;
        }

        private ErrorCode refusal(WireClient signer, Request use) throws RefusedException {
            try {
                Outcome.Used used = (Outcome.Used) signer.ask(use, Secret.ofPinProof(proof()));
                return used.results().get(0) instanceof Outcome.Result.Failed failed ? failed.refusal().code() : null;
            } catch (RefusedException e) {
                return e.code();
            }
        }
    }
}
