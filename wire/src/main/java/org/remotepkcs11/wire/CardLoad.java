package org.remotepkcs11.wire;

import java.util.List;

/**
 * How busy a remote card is.
 *
 * @param sets    one for each key set, as the snapshot orders them; one where the card has only one
 * @param turn    which of equally good key sets to take, modulo their number
 * @param waiting operations of the user's that wait for it
 * @param place   of the first of them; 1 is the next, 0 if none waits
 */
public record CardLoad(Id card, List<SetLoad> sets, int turn, int waiting, int place) {
    /**
     * @param waiting turns until an operation that came now would be done
     * @param failing whether none of its physical cards works now
     */
    public record SetLoad(int waiting, boolean failing) {
    }

    public CardLoad {
        sets = List.copyOf(sets);
    }
}
