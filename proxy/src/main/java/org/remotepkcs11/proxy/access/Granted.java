package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** A Use that may be done. */
public final class Granted implements Admission.Pending, CardJob.Pins {
    /** So long one look at the store serves further operations of the same request. */
    private static final long LOOK_SERVES_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Intent intent;
    private final Delegation delegation;
    private final Opened opened;
    private final Touches touches;
    private final Map<String, Long> allowedAt = new ConcurrentHashMap<>();
    private final Hold hold = new Hold(this::end);
    /** Of each operation the cards that it reached. */
    private final List<Queue<String>> asked;

    Granted(Intent intent, Delegation delegation, Opened opened, Touches touches) {
        this.intent = intent;
        this.delegation = delegation;
        this.opened = opened;
        this.touches = touches;
        this.asked = intent.uses().stream().map(use -> (Queue<String>) new ConcurrentLinkedQueue<String>()).toList();
    }

    /** The physical cards, and what opens the PIN of the one that is chosen. @param key closed with the Use */
    record Opened(List<Member> members, CardKey key, Vault vault) {
    }

    Intent intent() {
        return intent;
    }

    @Override
    public User user() {
        return intent.user();
    }

    /** Sources of the physical cards that hold the operation's key: any of them may do it. */
    public List<String> members(Operation operation) {
        return opened.members().stream().filter(member -> member.key(operation.key()).isPresent())
                .map(Member::source).toList();
    }

    @Override
    public Id card() {
        return delegation.card();
    }

    @Override
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
    void check(String source) throws RefusedException {
        Rights.checkTime(delegation, touches.now());
        hold.enter();
        try {
            look(source);
        } catch (RefusedException e) {
            left();
            throw e;
        }
    }

    private void look(String source) throws RefusedException {
        Long last = allowedAt.get(source);
        if (last == null || System.nanoTime() - last >= LOOK_SERVES_NANOS) {
            allowedAt.remove(source);
            touches.touch(this, source, Touches.Right.OF_MEMBER);
            allowedAt.put(source, System.nanoTime());
        }
    }

    @Override
    public CardPin of(String source) throws RefusedException {
        for (Member member : opened.members()) {
            if (member.source().equals(source)) {
                return opened.vault().unseal(opened.key(), card(), source, member.sealedPin()).orElseThrow(
                        () -> new RefusedException(ErrorCode.STATE_UNTRUSTED,
                                "the stored pin of the card " + source + " does not belong to it"));
            }
        }
        throw new RefusedException(ErrorCode.CARD_ABSENT, source + " is not behind the remote card");
    }

    void left() {
        hold.left();
    }

    /** As {@link #check}; the card that passes is written down with what became of the operation. */
    public CardJob.LastLook lastLook(int operation) {
        return new CardJob.LastLook() {
            @Override
            public void check(String source) throws RefusedException {
                Granted.this.check(source);
                asked.get(operation).add(source);
            }

            @Override
            public void left() {
                Granted.this.left();
            }
        };
    }

    /** Sources of the physical cards that the operation reached, in this order. */
    List<String> asked(int operation) {
        return List.copyOf(asked.get(operation));
    }

    /** Nobody waits for it any more: nothing else of it will touch a card. What is at a card now goes on. */
    @Override
    public void close() {
        hold.close();
    }

    private void end() {
        touches.leave(this);
        opened.key().close();
    }

    /** Done when it is closed and the last card is through with it. */
    public CompletableFuture<Void> through() {
        return hold.through();
    }
}
