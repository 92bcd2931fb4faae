package org.remotepkcs11.proxy.cards;

import java.util.List;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MemberState;

/**
 * A card as its worker sees it.
 *
 * @param description as last seen
 * @param waiting     operations that wait for it or are under way
 * @param queue       who waits, in the order in which they are served next
 */
public record CardState(CardDescription description, MemberState state, int waiting, List<Queued> queue) {
    /** One user's operations in a card's queue. @param place of the first of them; 1 is the next */
    public record Queued(Id user, int waiting, int place) {
    }

    public CardState {
        queue = List.copyOf(queue);
    }

    /** Whether the card answers now. */
    public boolean present() {
        return state != MemberState.AWAY;
    }
}
