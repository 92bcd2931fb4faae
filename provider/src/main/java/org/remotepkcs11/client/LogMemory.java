package org.remotepkcs11.client;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MerkleProofs;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;
import org.remotepkcs11.wire.RestoredHead;

/**
 * Remembers the last tree head of the proxy's audit log, between runs too. A proxy whose log does not continue it was
 * rolled back, or shows different logs to different people: it is refused.
 */
final class LogMemory {
    private static final System.Logger LOG = System.getLogger(LogMemory.class.getName());
    private static final String FILE = "tree-head";

    /** The last tree known. @param note the checkpoint as it came; empty where no tree is known */
    record Head(long size, byte[] root, String note) {
        static final Head NONE = new Head(0, MerkleProofs.emptyRoot(), "");
    }

    private final StateFolder folder;
    private Head head;
    private Head written;

    LogMemory(StateFolder folder) {
        this.folder = folder;
        this.head = stored(folder);
        this.written = head;
    }

    static Head stored(StateFolder folder) {
        return folder.read(FILE).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).map(note -> {
            Optional<Checkpoint> checkpoint = RestoredHead.headOf(note);
            if (checkpoint.isEmpty()) {
                LOG.log(Level.WARNING, "{0}/{1} is damaged: what the proxy''s log was before is forgotten",
                        folder.path(), FILE);
            }
            return checkpoint.map(head -> new Head(head.size(), head.root().bytes(), note)).orElse(Head.NONE);
        }).orElse(Head.NONE);
    }

    /**
     * From now on the log goes on from where this statement says. The head known so far stays beside it: with receipts
     * it proves what the proxy signed and no longer shows.
     */
    static void acceptRestored(StateFolder folder, String statement) {
        Head known = stored(folder);
        if (known.size() > 0) {
            folder.write(FILE + "-before-" + known.size(), known.note().getBytes(StandardCharsets.UTF_8));
        }
        folder.write(FILE, statement.getBytes(StandardCharsets.UTF_8));
    }

    synchronized Head head() {
        return head;
    }

    /**
     * An Open was answered.
     *
     * @param before what the Open said to know
     * @throws RefusedException LOG_INCONSISTENT
     */
    void continues(Head before, LogPosition position, List<byte[]> consistency) throws RefusedException {
        if (position.treeHead().isEmpty()) {
            throw inconsistent("the proxy shows no log");
        }
        Head now = read(position);
        if (before.size() > 0 && !MerkleProofs.verifyConsistency(before.size(), before.root(), now.size(), now.root(),
                consistency)) {
            throw inconsistent("the proxy's log of " + now.size() + " entries does not continue the one of "
                    + before.size() + " entries seen before");
        }
        advance(now);
    }

    /** Any other answer: its head is proven by the next Open. @throws RefusedException LOG_INCONSISTENT */
    void seen(LogPosition position) throws RefusedException {
        if (!position.treeHead().isEmpty()) {
            advance(read(position));
        }
    }

    private synchronized void advance(Head now) throws RefusedException {
        if (now.size() == head.size() && !Arrays.equals(now.root(), head.root())) {
            throw inconsistent("the proxy showed two logs of " + now.size() + " entries");
        }
        if (now.size() > head.size()) {
            head = now;
        }
    }

    /** The reply around it was checked: form, signer and that the tree holds the reply's entry. */
    private static Head read(LogPosition position) throws RefusedException {
        Checkpoint checkpoint = Checkpoint.parse(position.treeHead());
        return new Head(checkpoint.size(), checkpoint.root().bytes(), position.treeHead());
    }

    /** Writes the head down, unless another program wrote a later one meanwhile. */
    void flush() {
        Head now = head();
        if (now.size() > written().size() && now.size() > stored(folder).size()) {
            folder.write(FILE, now.note().getBytes(StandardCharsets.UTF_8));
            written(now);
        }
    }

    private synchronized Head written() {
        return written;
    }

    private synchronized void written(Head now) {
        written = now;
    }

    private static RefusedException inconsistent(String detail) {
        return new RefusedException(ErrorCode.LOG_INCONSISTENT, detail);
    }
}
