package org.remotepkcs11.proxy.audit;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.store.Batch;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.proxy.store.Journal;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MerkleProofs;
import org.remotepkcs11.wire.NoteSigner;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;
import org.remotepkcs11.wire.RestoredHead;

/**
 * The append-only audit log: a Merkle tree with the hashes of RFC 6962 section 2.1 over its entries, all of whose whole
 * subtrees are stored, and tree heads signed as C2SP checkpoints. Appending is done by the ledger's thread, reading by
 * any.
 */
public final class AuditLog implements Journal {
    private static final String CHANGED = "the audit log was changed outside the proxy; see: rpkcs11 audit verify";

    private final Database database;
    private final NoteSigner signer;
    private final Map<Long, byte[]> recent = new HashMap<>();
    private Frontier frontier = Frontier.EMPTY;
    private String head = "";
    private long headSize = -1;

    private AuditLog(Database database, NoteSigner signer) {
        this.database = database;
        this.signer = signer;
    }

    /**
     * @param proxy  {@link org.remotepkcs11.wire.Fingerprint} of the proxy's reply key: names the log
     * @param logKey Ed25519
     * @throws IOException if the stored tree is not what the last signed head says
     */
    public static AuditLog open(Database database, Id proxy, KeyPair logKey) throws IOException {
        AuditLog log = new AuditLog(database,
                NoteSigner.of(Checkpoint.originOf(proxy), logKey.getPrivate(), logKey.getPublic()));
        log.checkHead();
        return log;
    }

    /** Signing is deterministic (RFC 8032), so the stored head must come out again. */
    private void checkHead() throws IOException {
        try {
            Optional<String> wrong = database.read(handle -> {
                StoredTree tree = new StoredTree(handle);
                Optional<String> stored = tree.head();
                return stored.filter(note -> !note.equals(headOf(tree, tree.headSize())));
            });
            if (wrong.isPresent()) {
                throw new IOException(CHANGED);
            }
        } catch (RefusedException e) {
            throw new IOException("the audit log cannot be read", e);
        }
    }

    private String headOf(StoredTree tree, long size) {
        if (size < 1 || size > tree.size()) {
            return "";
        }
        try {
            return sign(size, new TreeProofs(tree).root(size));
        } catch (IllegalStateException missing) {
            return "";
        }
    }

    private String sign(long size, byte[] root) {
        return new Checkpoint(signer.verifier().name(), size, Id.of(root)).sign(signer);
    }

    /** By which anyone checks tree heads: C2SP signed-note verifier key. */
    public String verifierKey() {
        return signer.verifier().toString();
    }

    @Override
    public void begin(Handle handle, boolean foreign) throws RefusedException {
        if (foreign) {
            frontier = continued(new StoredTree(handle));
            headSize = -1;
        }
        recent.clear();
        frontier.forEach((level, position, hash) -> recent.put(TreeNodes.number(level, position), hash));
    }

    /**
     * What others wrote must go on from what this process knows: no head is signed over a log that was cut or changed.
     */
    private Frontier continued(StoredTree tree) throws RefusedException {
        try {
            Frontier stored = Frontier.of(tree.size(), tree);
            if (frontier.size() == 0 || stored.size() >= frontier.size()
                    && Arrays.equals(new TreeProofs(tree).root(frontier.size()), frontier.root())) {
                return stored;
            }
        } catch (IllegalStateException missing) {
            // told below
        }
        throw new RefusedException(ErrorCode.STATE_UNTRUSTED, CHANGED);
    }

    @Override
    public void end(Handle handle) {
        // entries and nodes are written as they are made
    }

    /** Entries, those of this batch too. */
    public long size() {
        return frontier.size();
    }

    @Override
    public Runnable mark() {
        Frontier marked = frontier;
        return () -> {
            frontier = marked;
            headSize = -1;
        };
    }

    /** @return the entry's index */
    public long append(Batch batch, AuditEntry entry) {
        return append(batch.handle(), AuditEntryCodec.encode(entry));
    }

    /** An entry of this log out of a copy of it. @return its index */
    public long appendCopied(Batch batch, byte[] body) {
        return append(batch.handle(), body);
    }

    /**
     * Fills the log of a store that has none yet, with the first entries of a copy; no head is signed.
     *
     * @throws IOException if the copy cannot be read or has not so many
     */
    public static void fill(Database empty, LogCopy copy, long size) throws IOException {
        AuditLog log = new AuditLog(empty, null);
        empty.fill(handle -> {
            copy.forEach((index, body) -> {
                if (index < size) {
                    log.append(handle, body);
                    log.recent.clear();
                }
            });
            if (log.size() < size) {
                throw new IOException("the log's copies have " + log.size() + " entries without a gap; the rules are of "
                        + size);
            }
        });
    }

    private long append(Handle handle, byte[] body) {
        byte[] leaf = MerkleProofs.leafHash(body);
        StoredTree tree = new StoredTree(handle);
        long index = frontier.size();
        tree.insertEntry(index, leaf, body);
        frontier = frontier.append(leaf, (level, position, hash) -> {
            recent.put(TreeNodes.number(level, position), hash);
            if (level > 0) {
                tree.insertNode(level, position, hash);
            }
        });
        return index;
    }

    /** Where an entry of this batch stands, with a signed head; when all entries of the batch are there. */
    public LogPosition position(Batch batch, long index) {
        List<byte[]> path = new TreeProofs(this::recentHash).inclusion(index, frontier.size());
        return new LogPosition(index, head(batch), path, Id.of(recentHash(0, index)));
    }

    /** Signs a head over all entries, the ones of this batch too. */
    public void signHead(Batch batch) {
        if (frontier.size() > 0) {
            head(batch);
        }
    }

    /** Tree heads are signed once a batch, and only where somebody is to be told. */
    private String head(Batch batch) {
        if (headSize != frontier.size()) {
            head = sign(frontier.size(), frontier.root());
            headSize = frontier.size();
            new StoredTree(batch.handle()).putHead(headSize, head);
        }
        return head;
    }

    /** From the tree as it was to the tree as it is in this batch, RFC 6962 section 2.1.2; empty if it was never so. */
    public List<byte[]> consistency(Batch batch, long older) {
        if (older <= 0 || older >= frontier.size()) {
            return List.of();
        }
        StoredTree tree = new StoredTree(batch.handle());
        return new TreeProofs(tree).consistency(older, frontier.size());
    }

    private byte[] recentHash(int level, long position) {
        byte[] hash = recent.get(TreeNodes.number(level, position));
        if (hash == null) {
            throw new IllegalStateException("node " + position + " of level " + level + " is not of this batch");
        }
        return hash;
    }

    /** Entries of the log that a store holds. */
    public static long sizeOf(Handle handle) {
        return new StoredTree(handle).size();
    }

    /** A statement, signed by the log's key, that the proxy was restored and its log goes on from this last head. */
    public String restoredStatement(Batch batch, Instant now) {
        head(batch);
        return RestoredHead.sign(new Checkpoint(signer.verifier().name(), frontier.size(), Id.of(frontier.root())), now,
                signer);
    }

    /** Reads what is committed. */
    public AuditReader reader() {
        return new AuditReader(database);
    }
}
