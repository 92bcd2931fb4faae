package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;

/**
 * The slots that one user's applications see. While the proxy cannot be reached the last known ones stay, and it is
 * not asked again for some seconds: tools ask for slots every second. Slot numbers come from the cards' ids and so
 * are the same for ever.
 */
public final class Inventory implements AutoCloseable {
    /** Number of the slot that explains why there are none. */
    static final long EXPLAINING_SLOT = 0;

    private static final System.Logger LOG = System.getLogger(Inventory.class.getName());
    private static final Duration QUIET_AFTER_REFUSAL = Duration.ofSeconds(5);
    private static final Refusal NO_CARDS = Refusal.of(ErrorCode.CARD_UNKNOWN, "no card is delegated to you");

    private final CardSource source;
    private final SlotWatch watch;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<Id, Long> numbers = new HashMap<>();
    private final Set<Long> taken = new HashSet<>(Set.of(EXPLAINING_SLOT));
    private Snapshot snapshot;
    private List<Slot> slots = List.of();
    private long quietUntil = System.nanoTime();

    public Inventory(CardSource source) {
        this.source = source;
        this.watch = new SlotWatch(source, this::slots);
    }

    CardSource source() {
        return source;
    }

    SlotWatch watch() {
        return watch;
    }

    /** As known now, in the order of the cards; asks the proxy where something changed. */
    List<Slot> slots() {
        if (isQuiet()) {
            return knownSlots();
        }
        try {
            return adopt(source.snapshot());
        } catch (RefusedException e) {
            LOG.log(System.Logger.Level.WARNING, "no news of the cards: {0}", e.getMessage());
            return without(e.refusal());
        }
    }

    /** As {@link #slots}, but asks also where it was in vain just now: a user looks. */
    List<Slot> slotsAskedAnew() {
        synchronized (this) {
            quietUntil = System.nanoTime();
        }
        return slots();
    }

    Optional<Slot> slot(long id) {
        return slots().stream().filter(slot -> slot.id() == id).findAny();
    }

    /** As last seen; asks nobody. */
    synchronized List<Slot> knownSlots() {
        return slots;
    }

    /** As last seen; asks nobody. */
    Optional<Slot> knownSlot(long id) {
        return knownSlots().stream().filter(slot -> slot.id() == id).findAny();
    }

    /** Told after every change of the slots. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void forget(Runnable listener) {
        listeners.remove(listener);
    }

    private synchronized boolean isQuiet() {
        return System.nanoTime() - quietUntil < 0;
    }

    private List<Slot> adopt(Snapshot news) {
        List<Slot> now;
        synchronized (this) {
            if (news == snapshot) {
                return slots;
            }
            snapshot = news;
            List<Slot> fresh = new ArrayList<>();
            for (RemoteCard card : news.cards()) {
                fresh.add(Slot.of(number(card.id()), card));
            }
            slots = fresh.isEmpty() ? List.of(explaining(NO_CARDS)) : List.copyOf(fresh);
            now = slots;
        }
        listeners.forEach(Runnable::run);
        return now;
    }

    private synchronized List<Slot> without(Refusal reason) {
        quietUntil = System.nanoTime() + QUIET_AFTER_REFUSAL.toNanos();
        if (snapshot == null) {
            slots = List.of(explaining(reason));
        }
        return slots;
    }

    private static Slot explaining(Refusal reason) {
        return Slot.explaining(EXPLAINING_SLOT, reason);
    }

    /** 31 bits of the card's random id: a CK_SLOT_ID has 32 bits on Windows. */
    private long number(Id card) {
        return numbers.computeIfAbsent(card, id -> {
            long number = 0;
            byte[] bytes = id.bytes();
            for (int i = 0; i < Math.min(4, bytes.length); i++) {
                number = number << 8 | bytes[i] & 0xFF;
            }
            number &= Integer.MAX_VALUE;
            while (!taken.add(number)) {
                number = (number + 1) & Integer.MAX_VALUE;
            }
            return number;
        });
    }

    @Override
    public void close() {
        watch.close();
    }
}
