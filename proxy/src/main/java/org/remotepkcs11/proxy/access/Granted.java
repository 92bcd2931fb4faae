package org.remotepkcs11.proxy.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** A Use that may be done. */
public final class Granted implements Admission.Pending {
    /** So long one look at the store serves further operations of the same request. */
    private static final long LOOK_SERVES_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Intent intent;
    private final Delegation delegation;
    private final List<Physical> members;
    private final Touches touches;
    private volatile boolean closed;
    private final Map<String, Long> allowedAt = new ConcurrentHashMap<>();

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
     * @param source of the physical card
     * @throws RefusedException DELEGATION_REVOKED if the delegation was revoked, its user disabled or the user's key
     *                          ended meanwhile; CARD_ABSENT if the physical card is no longer behind the remote one
     */
    public void lookAgain(String source) throws RefusedException {
        Long last = allowedAt.get(source);
        if (!closed && last != null && System.nanoTime() - last < LOOK_SERVES_NANOS) {
            return;
        }
        allowedAt.remove(source);
        if (!closed) {
            touches.touch(this, source);
        }
        if (closed) {
            // closed by an alarm while it was registered: nobody else would take it out again
            touches.leave(this);
            throw Touches.revoked();
        }
        allowedAt.put(source, System.nanoTime());
    }

    @Override
    public void close() {
        closed = true;
        touches.leave(this);
        members.forEach(member -> member.pin().close());
    }
}
