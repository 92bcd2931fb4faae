package org.remotepkcs11.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Checks C2SP signed notes by one Ed25519 key; its text form is a C2SP verifier key, {@code name+hash+base64}. */
public final class NoteVerifier {
    private static final String ED25519 = "Ed25519";
    private static final byte TYPE = 1;
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private static final int MAX_SIGNATURES = 16;
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final byte[] raw;
    private final int keyId;
    private final MessageVerifier key;

    private NoteVerifier(String name, byte[] raw) {
        this.name = name;
        this.raw = raw;
        this.keyId = keyId(name, raw);
        this.key = decode(raw);
    }

    /** @throws IllegalArgumentException unless the key is Ed25519 and the name fit for a note */
    public static NoteVerifier of(String name, PublicKey key) {
        if (MessageAlgorithm.of(key) != MessageAlgorithm.ED25519) {
            throw new IllegalArgumentException("a log is signed with an Ed25519 key");
        }
        byte[] der = key.getEncoded();
        return new NoteVerifier(checked(name), Arrays.copyOfRange(der, SPKI_PREFIX.length, der.length));
    }

    /** @throws IllegalArgumentException if it is no verifier key */
    public static NoteVerifier parse(String verifierKey) {
        String[] parts = verifierKey.split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a verifier key is name+hash+key");
        }
        byte[] typed = Checkpoint.canonicalBase64(parts[2]);
        if (typed.length != KEY_BYTES + 1 || typed[0] != TYPE) {
            throw new IllegalArgumentException("a verifier key of another type than Ed25519");
        }
        NoteVerifier verifier = new NoteVerifier(checked(parts[0]), Arrays.copyOfRange(typed, 1, typed.length));
        if (!verifier.toString().equals(verifierKey)) {
            throw new IllegalArgumentException("the verifier key's hash does not fit");
        }
        return verifier;
    }

    private static String checked(String name) {
        boolean sound = !name.isEmpty() && name.indexOf('+') < 0 && name.codePoints().noneMatch(
                c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c));
        if (!sound) {
            throw new IllegalArgumentException("the name of a note's key is not empty and has no spaces and no plus");
        }
        return name;
    }

    static int keyId(String name, byte[] raw) {
        byte[] separator = {'\n', TYPE};
        return ByteBuffer.wrap(Fingerprint.sha256(name.getBytes(StandardCharsets.UTF_8), separator, raw)).getInt();
    }

    private static MessageVerifier decode(byte[] raw) {
        byte[] der = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + KEY_BYTES);
        System.arraycopy(raw, 0, der, SPKI_PREFIX.length, KEY_BYTES);
        try {
            return MessageVerifier.of(KeyFactory.getInstance(ED25519, SoftwareProviders.first("KeyFactory", ED25519))
                    .generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no Ed25519 key", e);
        }
    }

    public String name() {
        return name;
    }

    int keyId() {
        return keyId;
    }

    /** Whether one of the note's signature lines is by this key and right; lines of other keys are passed over. */
    boolean verifies(String note) {
        int end = note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            return false;
        }
        byte[] text = note.substring(0, end + 1).getBytes(StandardCharsets.UTF_8);
        String[] lines = note.substring(end + 2, note.length() - 1).split("\n", MAX_SIGNATURES + 1);
        String start = "— " + name + ' ';
        for (String line : lines) {
            if (line.startsWith(start) && verifies(text, line.substring(start.length()))) {
                return true;
            }
        }
        return false;
    }

    private boolean verifies(byte[] text, String base64) {
        byte[] signature;
        try {
            signature = Checkpoint.canonicalBase64(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (signature.length != Integer.BYTES + SIGNATURE_BYTES || ByteBuffer.wrap(signature).getInt() != keyId) {
            return false;
        }
        return key.verifies(Prefix.NOTE, text, 0, text.length, Arrays.copyOfRange(signature, Integer.BYTES, signature.length));
    }

    /** The C2SP verifier key. */
    @Override
    public String toString() {
        byte[] typed = new byte[KEY_BYTES + 1];
        typed[0] = TYPE;
        System.arraycopy(raw, 0, typed, 1, KEY_BYTES);
        return name + '+' + HexFormat.of().toHexDigits(keyId) + '+' + Base64.getEncoder().encodeToString(typed);
    }
}
