package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RemoteCard;

/**
 * Which keys of a token one application is shown, where several physical cards with different keys are behind it: chosen
 * when the application first asks for more than the token's name, and the same until it ends. If their card goes, the
 * token is gone for this application, also if others are still shown one.
 */
final class ShownKeys {
    private final CardSource source;
    private Id chosen;
    /** Whether there was another; the keys of a single card may change while an application runs. */
    private boolean amongSeveral;

    ShownKeys(CardSource source) {
        this.source = source;
    }

    /** As the application sees it; chooses where it has not chosen yet. */
    synchronized Slot choose(Slot now) {
        if (chosen == null && now.tokenPresent()) {
            chosen = source.keySet(now.card().orElseThrow(), this).id();
            amongSeveral = hasSeveral(now);
        }
        return seen(now);
    }

    /** As the application sees it; before it has chosen, any card will do. */
    synchronized Slot seen(Slot now) {
        if (chosen == null || now.card().isEmpty()) {
            return now;
        }
        if (!amongSeveral && !hasSeveral(now)) {
            chosen = now.card().get().sets().get(0).id();
            return now;
        }
        return now.with(chosen);
    }

    private static boolean hasSeveral(Slot slot) {
        return slot.card().map(RemoteCard::sets).filter(sets -> sets.size() > 1).isPresent();
    }

    void end() {
        source.ended(this);
    }
}
