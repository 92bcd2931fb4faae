package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;

/** Cards in memory whose keys the JDK applies; counts what would be requests, and obeys the test. */
final class SoftwareCards implements CardSource {
    static final String PIN = "246802";
    static final Set<Long> ALL_MECHANISMS = Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_X_509, Mechanisms.RSA_PKCS_PSS,
            Mechanisms.RSA_PKCS_OAEP, Mechanisms.ECDSA, Mechanisms.ECDH1_DERIVE, Mechanisms.EDDSA);

    private static final int TRIES = 3;

    final AtomicInteger snapshots = new AtomicInteger();
    final AtomicInteger logins = new AtomicInteger();
    final AtomicInteger uses = new AtomicInteger();
    final List<Operation> operations = new ArrayList<>();

    private final List<SoftwareKey> keys = new ArrayList<>();
    private final Set<Long> mechanisms = new HashSet<>(ALL_MECHANISMS);
    private Snapshot snapshot;
    private String pin = PIN;
    private int wrongTries;
    private ErrorCode refuseEverything;
    private ErrorCode refuseUses;
    private CountDownLatch holdLogins = new CountDownLatch(0);
    private CountDownLatch changed = new CountDownLatch(1);
    private int version;

    static SoftwareCards with(SoftwareKey... keys) {
        SoftwareCards cards = new SoftwareCards();
        cards.keys.addAll(List.of(keys));
        cards.show(cards.card("Demo card", PinState.OK, true));
        return cards;
    }

    SoftwareCards knowing(Set<Long> onlyMechanisms) {
        mechanisms.retainAll(onlyMechanisms);
        return show(card("Demo card", PinState.OK, true));
    }

    /** The cards from now on. */
    synchronized SoftwareCards show(RemoteCard... cards) {
        snapshot = new Snapshot("v" + ++version, List.of(cards));
        changed.countDown();
        changed = new CountDownLatch(1);
        return this;
    }

    RemoteCard card(String label, PinState state, boolean present) {
        List<CertificateObject> certificates = new ArrayList<>();
        List<PrivateKeyObject> objects = new ArrayList<>();
        for (SoftwareKey key : keys) {
            objects.add(key.object());
            key.certificate().ifPresent(der -> certificates.add(new CertificateObject(key.id(), key.label(), der)));
        }
        return new RemoteCard(idOf(label), new RemoteCard.Token(label, "0123456789ABCDEF", "Maker", "Model"), "Olive",
                idOf("delegation of " + label), new PinDerivation(idOf("salt" + pin), 8, 1, 1), state, present,
                mechanisms, certificates, objects, Optional.empty(), Optional.empty());
    }

    static Id idOf(String name) {
        byte[] id = new byte[Id.RANDOM_BYTES];
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            id[i % id.length] += (byte) (bytes[i] * (31 + i));
        }
        return Id.of(id);
    }

    void refuseEverything(ErrorCode code) {
        refuseEverything = code;
    }

    void refuseUses(ErrorCode code) {
        refuseUses = code;
    }

    CountDownLatch holdLogins() {
        holdLogins = new CountDownLatch(1);
        return holdLogins;
    }

    private void mayRefuse(ErrorCode code) throws RefusedException {
        if (code != null) {
            throw new RefusedException(code, "as the test wants");
        }
    }

    @Override
    public synchronized Snapshot snapshot() throws RefusedException {
        snapshots.incrementAndGet();
        mayRefuse(refuseEverything);
        return snapshot;
    }

    @Override
    public boolean watch(Duration patience) throws RefusedException {
        CountDownLatch awaited;
        synchronized (this) {
            awaited = changed;
        }
        try {
            return awaited.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new RefusedException(ErrorCode.UNREACHABLE, "interrupted");
        }
    }

    /** The first that is there. */
    @Override
    public KeySet keySet(RemoteCard card, Object application) {
        return card.sets().stream().filter(KeySet::present).findFirst().orElseThrow();
    }

    @Override
    public void ended(Object application) {
        // nobody counts
    }

    @Override
    public CardLogin login(RemoteCard card, char[] given) throws RefusedException {
        logins.incrementAndGet();
        try {
            holdLogins.await();
        } catch (InterruptedException e) {
            throw new RefusedException(ErrorCode.UNREACHABLE, "interrupted");
        }
        mayRefuse(refuseEverything);
        confirm(given);
        return new SoftwareLogin(card);
    }

    private synchronized void confirm(char[] given) throws RefusedException {
        if (wrongTries >= TRIES) {
            throw new RefusedException(ErrorCode.PIN_LOCKED, "locked");
        }
        if (!pin.equals(String.valueOf(given))) {
            wrongTries++;
            throw new RefusedException(ErrorCode.PIN_WRONG, "wrong");
        }
        wrongTries = 0;
    }

    private final class SoftwareLogin implements CardLogin {
        private final RemoteCard card;
        private boolean closed;

        SoftwareLogin(RemoteCard card) {
            this.card = card;
        }

        @Override
        public RemoteCard card() {
            return card;
        }

        @Override
        public byte[] use(Operation operation) throws RefusedException {
            uses.incrementAndGet();
            synchronized (operations) {
                operations.add(operation);
            }
            mayRefuse(closed ? ErrorCode.PIN_MISSING : refuseEverything);
            mayRefuse(refuseUses);
            if (!mechanisms.contains(operation.mechanism())) {
                throw new RefusedException(ErrorCode.MECHANISM_FORBIDDEN, "not known");
            }
            SoftwareKey key = keys.stream().filter(known -> known.object().fingerprint().equals(operation.key()))
                    .findAny().orElseThrow(() -> new RefusedException(ErrorCode.KEY_UNKNOWN, "no such key"));
            return key.apply(operation);
        }

        @Override
        public CardLogin changePin(char[] newPin) {
            pin = String.valueOf(newPin);
            show(SoftwareCards.this.card(card.token().label(), PinState.OK, true));
            return new SoftwareLogin(snapshot.cards().get(0));
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
