package org.remotepkcs11.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The statement of a proxy that it was restored from a backup: "my log goes on from this tree; what I signed above it
 * before is lost". A C2SP checkpoint with the extension line {@code restored TIME}, signed by the log's key. No reply
 * carries it: {@link Checkpoint#parse} refuses it. A user decides whether to accept it.
 *
 * @param head from which the log goes on
 * @param time of the proxy, in whole milliseconds
 */
public record RestoredHead(Checkpoint head, Instant time) {
    private static final String EXTENSION = "restored ";

    /** The signed note. */
    public static String sign(Checkpoint head, Instant time, NoteSigner log) {
        return log.sign(head.text() + EXTENSION + time + "\n");
    }

    /** Whether the note claims to be such a statement. */
    public static boolean looksLike(String note) {
        return note.contains("\n" + EXTENSION);
    }

    /**
     * Reads a statement without checking its signature.
     *
     * @throws RefusedException {@link ErrorCode#MESSAGE_MALFORMED}
     */
    public static RestoredHead parse(String note) throws RefusedException {
        int line = note.indexOf("\n" + EXTENSION) + 1;
        int end = note.indexOf('\n', Math.max(0, line));
        if (note.length() > MessageBounds.MAX_TREE_HEAD_CHARS || line == 0 || end < 0) {
            throw Fields.malformed("that is no statement of a restored proxy");
        }
        Checkpoint head = Checkpoint.parse(note.substring(0, line) + note.substring(end + 1));
        try {
            return new RestoredHead(head, Instant.parse(note.substring(line + EXTENSION.length(), end)));
        } catch (DateTimeException e) {
            throw Fields.malformed("the statement of a restored proxy has no readable time");
        }
    }

    /**
     * Reads a statement that the log signed about itself.
     *
     * @throws RefusedException {@link ErrorCode#MESSAGE_MALFORMED}, {@link ErrorCode#SIGNATURE_WRONG}
     */
    public static RestoredHead verify(String note, NoteVerifier log) throws RefusedException {
        RestoredHead restored = parse(note);
        if (!restored.head.origin().equals(log.name()) || !log.verifies(note)) {
            throw new RefusedException(ErrorCode.SIGNATURE_WRONG, "the statement is not signed by " + log.name());
        }
        return restored;
    }

    /** The head in a note of either kind, without checking signatures. */
    public static Optional<Checkpoint> headOf(String note) {
        try {
            return Optional.of(looksLike(note) ? parse(note).head : Checkpoint.parse(note));
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }
}
