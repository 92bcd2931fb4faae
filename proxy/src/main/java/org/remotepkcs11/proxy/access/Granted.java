package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.OptionalLong;
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
    private final String source;
    private final CardPin pin;
    private final Touches touches;
    private volatile boolean closed;
    private volatile OptionalLong allowedAt = OptionalLong.empty();

    Granted(Intent intent, Delegation delegation, Physical physical, Touches touches) {
        this.intent = intent;
        this.delegation = delegation;
        this.source = physical.source();
        this.pin = physical.pin();
        this.touches = touches;
    }

    /** A physical card and what opens it. */
    record Physical(String source, CardPin pin) {
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
        return source;
    }

    @Override
    public CardPin pin() {
        return pin;
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
     * @return false if the delegation was revoked or its user disabled meanwhile
     */
    public boolean stillAllowed() {
        OptionalLong last = allowedAt;
        if (!closed && last.isPresent() && System.nanoTime() - last.getAsLong() < LOOK_SERVES_NANOS) {
            return true;
        }
        boolean allowed = !closed && touches.mayTouch(this);
        allowedAt = allowed ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty();
        return allowed;
    }

    @Override
    public void close() {
        closed = true;
        touches.leave(this);
        pin.close();
    }
}
