package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.ReplyOpener.invalid;
import static org.remotepkcs11.wire.ReplyOpener.require;

import java.util.Optional;

/** Checks where a reply says that the audit log holds it. */
final class LogPositionCheck {
    /** A tree head that was found good. */
    private record Head(String note, Checkpoint checkpoint) {
    }

    private final String origin;
    private final Optional<NoteVerifier> key;
    /** Many replies carry the same head: one is made for all that became durable together. */
    private volatile Head last;

    LogPositionCheck(String origin, Optional<NoteVerifier> key) {
        if (key.isPresent() && !key.get().name().equals(origin)) {
            throw new IllegalArgumentException("the log key is of " + key.get().name() + ", not of " + origin);
        }
        this.origin = origin;
        this.key = key;
    }

    /** @param needed whether there must be a position */
    void check(ReplyHeader.LogPosition position, boolean needed) throws RefusedException {
        if (position.treeHead().isEmpty()) {
            require(!needed || key.isEmpty(), "the reply does not say where it is logged");
            return;
        }
        Checkpoint head = head(position.treeHead());
        require(head.origin().equals(origin), "the tree head is of another log");
        require(MerkleProofs.verifyInclusion(position.index(), head.size(), position.leaf().value(),
                position.inclusion(), head.root().value()), "the tree head does not include the entry of this reply");
    }

    private Checkpoint head(String note) throws RefusedException {
        Head known = last;
        if (known != null && known.note().equals(note)) {
            return known.checkpoint();
        }
        Checkpoint checkpoint = Checkpoint.parse(note);
        if (key.isPresent() && !key.get().verifies(note)) {
            throw invalid("the tree head is not signed by the log");
        }
        last = new Head(note, checkpoint);
        return checkpoint;
    }
}
