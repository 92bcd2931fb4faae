package org.remotepkcs11.wire;

import java.util.List;

/**
 * Everything that a tool will ever ask to see of the cards one user may use.
 *
 * @param version changes when anything in it changes; opaque
 * @param cards   in the order of their labels
 */
public record Snapshot(String version, List<RemoteCard> cards) {
    public Snapshot {
        cards = List.copyOf(cards);
    }
}
