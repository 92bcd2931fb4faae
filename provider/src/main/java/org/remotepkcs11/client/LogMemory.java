package org.remotepkcs11.client;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MerkleProofs;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;

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
    private final String origin;
    private final Optional<NoteVerifier> verifier;
    private Head head;
    private Head written;

    private LogMemory(StateFolder folder, String origin, Optional<NoteVerifier> verifier, Head head) {
        this.folder = folder;
        this.origin = origin;
        this.verifier = verifier;
        this.head = head;
        this.written = head;
    }

    /**
     * @param verifierKey C2SP verifier key; without one a head is believed because the reply around it is signed
     * @throws RefusedException CONFIGURATION_INVALID
     */
    static LogMemory load(StateFolder folder, Id proxy, Optional<String> verifierKey) throws RefusedException {
        String origin = Checkpoint.originOf(proxy);
        try {
            Optional<NoteVerifier> verifier = verifierKey.map(NoteVerifier::parse);
            return new LogMemory(folder, origin, verifier, stored(folder));
        } catch (IllegalArgumentException e) {
            throw ConfigurationFile.invalid("log.verifier: " + e.getMessage());
        }
    }

    private static Head stored(StateFolder folder) {
        return folder.read(FILE).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).map(note -> {
            try {
                Checkpoint checkpoint = Checkpoint.parse(note);
                return new Head(checkpoint.size(), checkpoint.root().bytes(), note);
            } catch (RefusedException e) {
                LOG.log(Level.WARNING, "{0}/{1} is damaged: what the proxy''s log was before is forgotten",
                        folder.path(), FILE);
                return Head.NONE;
            }
        }).orElse(Head.NONE);
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
        Head now = read(position, verifier);
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
            advance(read(position, Optional.empty()));
        }
    }

    private synchronized void advance(Head now) throws RefusedException {
        if (now.size() == head.size() && !java.util.Arrays.equals(now.root(), head.root())) {
            throw inconsistent("the proxy showed two logs of " + now.size() + " entries");
        }
        if (now.size() > head.size()) {
            head = now;
        }
    }

    private Head read(LogPosition position, Optional<NoteVerifier> signer) throws RefusedException {
        try {
            Checkpoint checkpoint = signer.isPresent() ? Checkpoint.verify(position.treeHead(), signer.get())
                    : Checkpoint.parse(position.treeHead());
            if (!checkpoint.origin().equals(origin) || position.index() >= checkpoint.size()) {
                throw inconsistent("the tree head is of another log, or older than the entry it is shown for");
            }
            return new Head(checkpoint.size(), checkpoint.root().bytes(), position.treeHead());
        } catch (RefusedException e) {
            throw e.code() == ErrorCode.LOG_INCONSISTENT ? e
                    : new RefusedException(Refusal.of(ErrorCode.LOG_INCONSISTENT, e.refusal().detail()), e);
        }
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
