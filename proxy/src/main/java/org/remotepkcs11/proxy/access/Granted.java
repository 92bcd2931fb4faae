package org.remotepkcs11.proxy.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;

/** A Use that may be done. */
public final class Granted implements Admission.Pending {
    /** So long one look at the store serves further operations of the same request. */
    private static final long LOOK_SERVES_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Intent intent;
    private final Delegation delegation;
    private final List<Physical> members;
    private final Touches touches;
    private volatile boolean closed;
    private volatile OptionalLong allowedAt = OptionalLong.empty();

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
     * To be asked immediately before the card is touched. Once it has said yes, a revocation is not confirmed to the
     * owner before this is concluded or closed; so no card is touched after a revocation was confirmed.
     *
     * @return false if the delegation was revoked, its user disabled or the user's key ended meanwhile
     */
    public boolean stillAllowed() {
        OptionalLong last = allowedAt;
        if (!closed && last.isPresent() && System.nanoTime() - last.getAsLong() < LOOK_SERVES_NANOS) {
            return true;
        }
        boolean allowed = !closed && touches.mayTouch(this);
        if (allowed && closed) {
            // closed by an alarm while it was registered: nobody else would take it out again
            touches.leave(this);
            allowed = false;
        }
        allowedAt = allowed ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty();
        return allowed;
    }

    @Override
    public void close() {
        closed = true;
        touches.leave(this);
        members.forEach(member -> member.pin().close());
    }
}
