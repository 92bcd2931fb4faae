package org.remotepkcs11.proxy.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** A Use that may be done. */
public final class Granted implements Admission.Pending, CardJob.LastLook {
    /** So long one look at the store serves further operations of the same request. */
    private static final long LOOK_SERVES_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Intent intent;
    private final Delegation delegation;
    private final List<Physical> members;
    private final Touches touches;
    private final Map<String, Long> allowedAt = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> through = new CompletableFuture<>();
    private int atCards;
    private boolean closed;

    Granted(Intent intent, Delegation delegation, List<Physical> members, Touches touches) {
        this.intent = intent;
        this.delegation = delegation;
        this.members = List.copyOf(members);
        this.touches = touches;
    }

    /** A physical card and what opens it. @param keys fingerprints of those that it holds */
    record Physical(String source, CardPin pin, Set<Id> keys) {
    }

    Intent intent() {
        return intent;
    }

    @Override
    public User user() {
        return intent.user();
    }

    @Override
    public String source() {
        return members.get(0).source();
    }

    @Override
    public CardPin pin() {
        return members.get(0).pin();
    }

    /** PINs, by source, of the physical cards that hold the operation's key: any of them may do it. */
    public Map<String, CardPin> members(Operation operation) {
        Map<String, CardPin> holding = new LinkedHashMap<>();
        members.stream().filter(member -> member.keys().contains(operation.key()))
                .forEach(member -> holding.put(member.source(), member.pin()));
        return holding;
    }

    public Id card() {
        return delegation.card();
    }

    public Id delegation() {
        return delegation.id();
    }

    List<Operation> operations() {
        return intent.uses();
    }

    /** Whether this very operation was admitted before: it joins that one, or is done again if its result is lost. */
    public boolean repeat() {
        return intent.repeat();
    }

    /**
     * Once it has said yes, a revocation is not confirmed to the owner before the card is through; so no card is touched
     * after a revocation was confirmed.
     *
     * @throws RefusedException DELEGATION_REVOKED if the delegation was revoked, its user disabled or the user's key
     *                          ended meanwhile; DELEGATION_EXPIRED, OUTSIDE_HOURS if its time is over; CARD_ABSENT if the
     *                          physical card is no longer behind the remote one
     */
    @Override
    public void check(String source) throws RefusedException {
        Rights.checkTime(delegation, touches.now());
        enter();
        try {
            look(source);
        } catch (RefusedException e) {
            left();
            throw e;
        }
    }

    private synchronized void enter() throws RefusedException {
        if (closed) {
            throw Touches.revoked();
        }
        atCards++;
    }

    private void look(String source) throws RefusedException {
        Long last = allowedAt.get(source);
        if (last == null || System.nanoTime() - last >= LOOK_SERVES_NANOS) {
            allowedAt.remove(source);
            touches.touch(this, source);
            allowedAt.put(source, System.nanoTime());
        }
    }

    @Override
    public void left() {
        boolean last;
        synchronized (this) {
            last = --atCards == 0 && closed;
        }
        if (last) {
            end();
        }
    }

    /** Nobody waits for it any more: nothing else of it will touch a card. What is at a card now goes on. */
    @Override
    public void close() {
        boolean last;
        synchronized (this) {
            last = !closed && atCards == 0;
            closed = true;
        }
        if (last) {
            end();
        }
    }

    private void end() {
        touches.leave(this);
        members.forEach(member -> member.pin().close());
        through.complete(null);
    }

    /** Done when it is closed and the last card is through with it. */
    public CompletableFuture<Void> through() {
        return through;
    }
}
