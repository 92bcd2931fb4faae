package org.remotepkcs11.proxy.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.proxy.cards.CardState.Queued;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.RefusedException;

/** How busy the cards are that a user may use: told with replies, so that clients choose well without asking. */
final class Loads {
    private final Snapshots snapshots;
    private final LiveCards live;
    private final Map<Id, AtomicInteger> turns = new ConcurrentHashMap<>();

    Loads(Snapshots snapshots, LiveCards live) {
        this.snapshots = snapshots;
        this.live = live;
    }

    /** Of all cards of a user who opens a session: each who opens is given the next turn. @param user fingerprint */
    List<CardLoad> opening(Id user) throws RefusedException {
        Snapshots.View view = snapshots.view(user);
        return view.sources().keySet().stream().flatMap(card -> load(view, card, nextTurn(view, card)).stream()).toList();
    }

    private int nextTurn(Snapshots.View view, Id card) {
        return view.sources().get(card).size() < 2 ? 0
                : turn(card).updateAndGet(before -> before == Integer.MAX_VALUE ? 0 : before + 1);
    }

    /** @param user fingerprint; nothing where nothing waits and there is no choice */
    Optional<CardLoad> of(Id user, Id card) throws RefusedException {
        Snapshots.View view = snapshots.view(user);
        return view.sources().containsKey(card) ? load(view, card, turn(card).get()) : Optional.empty();
    }

    private AtomicInteger turn(Id card) {
        return turns.computeIfAbsent(card, first -> new AtomicInteger());
    }

    private Optional<CardLoad> load(Snapshots.View view, Id card, int turn) {
        List<CardLoad.SetLoad> sets = new ArrayList<>();
        int waiting = 0;
        int place = 0;
        for (List<String> sources : view.sources().get(card)) {
            List<CardState> states = sources.stream().flatMap(source -> live.find(source).stream()).toList();
            sets.add(setLoad(states));
            Optional<Queued> own = queue(states).stream().filter(queued -> queued.user().equals(view.person())).findAny();
            waiting += own.map(Queued::waiting).orElse(0);
            int next = own.map(Queued::place).orElse(0);
            place = place == 0 || next > 0 && next < place ? next : place;
        }
        boolean idle = sets.stream().allMatch(set -> set.waiting() == 0);
        return idle && sets.size() < 2 ? Optional.empty()
                : Optional.of(new CardLoad(card, sets, sets.size() == 1 ? 0 : turn, waiting, place));
    }

    private static CardLoad.SetLoad setLoad(List<CardState> states) {
        List<CardState> sound = states.stream().filter(Loads::works).toList();
        int most = sound.stream().mapToInt(CardState::waiting).max().orElse(0);
        return new CardLoad.SetLoad(sound.isEmpty() ? 0 : (most + sound.size() - 1) / sound.size(), sound.isEmpty());
    }

    private static boolean works(CardState state) {
        return state.state() == MemberState.FREE || state.state() == MemberState.BUSY;
    }

    /** Of cards with the same keys: an operation stands in the queue of each until one takes it. */
    static Collection<Queued> queue(List<CardState> states) {
        Map<Id, Queued> queue = new LinkedHashMap<>();
        states.stream().map(CardState::queue).flatMap(List::stream)
                .forEach(one -> queue.merge(one.user(), one, (first, again) -> new Queued(first.user(),
                        Math.max(first.waiting(), again.waiting()), Math.min(first.place(), again.place()))));
        return queue.values();
    }
}
