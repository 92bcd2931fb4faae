package org.remotepkcs11.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.RemoteCard;

/**
 * Which key set of a remote card an application is shown. It is chosen when the application opens: one that is there and
 * works, with the fewest operations before it by the last load that the proxy told, each of this process's applications
 * counted as one more for the first minutes that it is open, then by the proxy's turn, so that programs started side by
 * side take different ones. After these minutes an application counts by what it does: by its operations that wait.
 */
final class KeySetChoice {
    private static final CardLoad.SetLoad UNKNOWN = new CardLoad.SetLoad(0, false);

    private static final Duration COUNTS = Duration.ofMinutes(10);

    /** Open applications; who is forgotten is closed. */
    private final Map<Object, Shown> open = new WeakHashMap<>();
    private final LongSupplier nanos;
    private int choices;

    /** @param since as {@link System#nanoTime} tells it */
    private record Shown(Id card, Id keys, long since) {
    }

    private record Candidate(KeySet set, CardLoad.SetLoad load) {
    }

    KeySetChoice() {
        this(System::nanoTime);
    }

    KeySetChoice(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @param application is open for as long as somebody refers to it, or until {@link #end} */
    synchronized KeySet choose(RemoteCard card, Optional<CardLoad> load, Object application) {
        List<KeySet> sets = card.sets();
        if (sets.size() == 1) {
            return sets.get(0);
        }
        long now = nanos.getAsLong();
        open.values().removeIf(shown -> now - shown.since() >= COUNTS.toNanos());
        List<CardLoad.SetLoad> loads = load.map(CardLoad::sets).filter(told -> told.size() == sets.size())
                .orElseGet(() -> sets.stream().map(set -> UNKNOWN).toList());
        List<Candidate> candidates = IntStream.range(0, sets.size())
                .mapToObj(i -> new Candidate(sets.get(i), loads.get(i))).toList();
        candidates = least(candidates, one -> one.set().present() ? 0 : 1);
        candidates = least(candidates, one -> one.load().failing() ? 1 : 0);
        candidates = least(candidates, one -> one.load().waiting() + opened(card.id(), one.set().id()));
        int turn = Math.floorMod(load.map(CardLoad::turn).orElse(0) + choices++, candidates.size());
        KeySet chosen = candidates.get(turn).set();
        open.put(application, new Shown(card.id(), chosen.id(), now));
        return chosen;
    }

    /** Measures each once: applications may be forgotten meanwhile. */
    private static List<Candidate> least(List<Candidate> all, ToIntFunction<Candidate> measure) {
        int[] measures = all.stream().mapToInt(measure).toArray();
        int least = Arrays.stream(measures).min().orElseThrow();
        return IntStream.range(0, measures.length).filter(i -> measures[i] == least).mapToObj(all::get).toList();
    }

    private int opened(Id card, Id keys) {
        return (int) open.values().stream().filter(shown -> shown.card().equals(card) && shown.keys().equals(keys)).count();
    }

    synchronized void end(Object application) {
        open.remove(application);
    }
}
