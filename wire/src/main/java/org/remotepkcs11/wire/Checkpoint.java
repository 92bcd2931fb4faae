package org.remotepkcs11.wire;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A tree head of the audit log: C2SP tlog-checkpoint. Signed, it is a C2SP signed-note.
 *
 * @param origin names the log: {@code remote-pkcs11/} and the proxy's fingerprint in hexadecimal
 * @param size   entries
 * @param root   Merkle tree hash, 32 bytes
 */
public record Checkpoint(String origin, long size, Id root) {
    private static final String ORIGIN_PREFIX = "remote-pkcs11/";
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");

    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0 || size < 0 || root.length() != Id.HASH_BYTES) {
            throw new IllegalArgumentException("no tree head");
        }
    }

    /** The origin of a proxy's log. @param proxy {@link Fingerprint} of its reply key */
    public static String originOf(Id proxy) {
        return ORIGIN_PREFIX + proxy;
    }

    /** What is signed: three lines. */
    public String text() {
        return origin + '\n' + size + '\n' + Base64.getEncoder().encodeToString(root.value()) + '\n';
    }

    /** The signed note. */
    public String sign(NoteSigner log) {
        return log.sign(text());
    }

    /**
     * Reads a signed note without checking its signatures.
     *
     * @throws RefusedException {@link ErrorCode#MESSAGE_MALFORMED}
     */
    public static Checkpoint parse(String note) throws RefusedException {
        if (note.length() > MessageBounds.MAX_TREE_HEAD_CHARS) {
            throw Fields.malformed("a tree head of " + note.length() + " characters");
        }
        int end = note.indexOf("\n\n");
        if (end < 0 || end != note.lastIndexOf("\n\n") || !note.startsWith("\n— ", end + 1) || !note.endsWith("\n")) {
            throw Fields.malformed("the tree head has not the form of a signed note");
        }
        String[] lines = note.substring(0, end).split("\n", -1);
        if (lines.length != 3 || lines[0].isEmpty() || !SIZE.matcher(lines[1]).matches()) {
            throw Fields.malformed("the tree head has not the form of a checkpoint");
        }
        try {
            return new Checkpoint(lines[0], Long.parseLong(lines[1]), Id.owning(canonicalBase64(lines[2])));
        } catch (IllegalArgumentException e) {
            throw Fields.malformed("the tree head has not the form of a checkpoint");
        }
    }

    /**
     * Reads a signed note whose origin is the log's name and that the log signed.
     *
     * @throws RefusedException {@link ErrorCode#MESSAGE_MALFORMED}, {@link ErrorCode#SIGNATURE_WRONG}
     */
    public static Checkpoint verify(String note, NoteVerifier log) throws RefusedException {
        Checkpoint checkpoint = parse(note);
        if (!checkpoint.origin().equals(log.name()) || !log.verifies(note)) {
            throw new RefusedException(ErrorCode.SIGNATURE_WRONG, "the tree head is not signed by " + log.name());
        }
        return checkpoint;
    }

    /** @throws IllegalArgumentException if it is not the one encoding of some bytes */
    static byte[] canonicalBase64(String text) {
        byte[] bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("base64 that is not canonical");
        }
        return bytes;
    }
}
