package org.remotepkcs11.proxy.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.MerkleProofs;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;

/**
 * Proves to anybody who trusts the log's key that an entry is in the log. As text, each line ended by a line feed:
 * <pre>
 * remote-pkcs11 audit proof v1
 * INDEX BASE64               (the entry)
 * BASE64                     (the audit path, a hash a line, RFC 6962 section 2.1.1)
 * …
 *
 * (the signed tree head, a C2SP checkpoint)
 * </pre>
 *
 * @param body the bytes that the tree hashes. Not copied: do not change it
 * @param head a C2SP checkpoint
 */
public record InclusionProof(long index, byte[] body, List<byte[]> path, String head) {
    private static final String TITLE = "remote-pkcs11 audit proof v1";
    private static final int MAX_CHARACTERS = 4 << 20;

    public InclusionProof {
        path = List.copyOf(path);
    }

    /**
     * Reads the whole copy.
     *
     * @throws IOException if the copy cannot be read, has no such entry or no head that covers it
     */
    public static InclusionProof of(LogCopy copy, long index) throws IOException {
        String head = copy.head().orElseThrow(() -> new IOException("the log has no signed tree head"));
        long size = checkpoint(head).size();
        if (index < 0 || index >= size) {
            throw new IOException("the log's signed tree head covers " + size + " entries; there is no entry " + index);
        }
        Growing growing = new Growing(index, size);
        copy.forEach(growing);
        if (growing.body == null || growing.frontier.size() < size) {
            throw new IOException("the log lacks entries that its tree head covers");
        }
        return new InclusionProof(index, growing.body, growing.path(size), head);
    }

    /** Grows the tree and keeps only the nodes that the path needs. */
    private static final class Growing implements LogCopy.EntryVisitor {
        private static final byte[] NOT_YET = new byte[0];

        private final long wanted;
        private final Map<Long, byte[]> nodes = new HashMap<>();
        private Frontier frontier = Frontier.EMPTY;
        private byte[] body;

        Growing(long wanted, long size) {
            this.wanted = wanted;
            new TreeProofs((level, position) -> {
                nodes.put(TreeNodes.number(level, position), NOT_YET);
                return NOT_YET;
            }).inclusion(wanted, size);
        }

        List<byte[]> path(long size) {
            return new TreeProofs((level, position) -> nodes.get(TreeNodes.number(level, position)))
                    .inclusion(wanted, size);
        }

        @Override
        public void entry(long index, byte[] bytes) throws IOException {
            if (index != frontier.size()) {
                throw new IOException("entry " + frontier.size() + " of the log is missing");
            }
            frontier = frontier.append(MerkleProofs.leafHash(bytes),
                    (level, position, hash) -> nodes.replace(TreeNodes.number(level, position), hash));
            if (index == wanted) {
                body = bytes;
            }
        }
    }

    private static Checkpoint checkpoint(String head) throws IOException {
        try {
            return Checkpoint.parse(head);
        } catch (RefusedException e) {
            throw new IOException("the log's tree head cannot be read", e);
        }
    }

    /** Whether the log's key signed a tree head over a tree with this entry in this place. */
    public boolean isProofFor(NoteVerifier log) {
        try {
            Checkpoint signed = Checkpoint.verify(head, log);
            return MerkleProofs.verifyInclusion(index, signed.size(), MerkleProofs.leafHash(body), path,
                    signed.root().bytes());
        } catch (RefusedException e) {
            return false;
        }
    }

    /** @throws UnreadableEntryException if the entry is none of this version */
    public AuditEntry entry() throws UnreadableEntryException {
        return AuditEntryCodec.decode(body);
    }

    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        StringBuilder text = new StringBuilder(TITLE).append('\n').append(index).append(' ')
                .append(base64.encodeToString(body)).append('\n');
        path.forEach(hash -> text.append(base64.encodeToString(hash)).append('\n'));
        return text.append('\n').append(head).toString();
    }

    /** @throws IOException if it is no proof */
    public static InclusionProof parse(String text) throws IOException {
        int end = text.indexOf("\n\n");
        String[] lines = end < 0 ? new String[0] : text.substring(0, end).split("\n");
        if (text.length() > MAX_CHARACTERS || lines.length < 2 || !lines[0].equals(TITLE)) {
            throw new IOException("this is no proof of an audit log");
        }
        try {
            String[] entry = lines[1].split(" ", 2);
            List<byte[]> path = new ArrayList<>();
            for (String line : List.of(lines).subList(2, lines.length)) {
                path.add(Base64.getDecoder().decode(line));
            }
            return new InclusionProof(Long.parseLong(entry[0]), Base64.getDecoder().decode(entry[entry.length - 1]),
                    path, text.substring(end + 2));
        } catch (IllegalArgumentException e) {
            throw new IOException("this is no proof of an audit log", e);
        }
    }
}
