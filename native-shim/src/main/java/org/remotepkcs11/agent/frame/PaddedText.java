package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 of a fixed length, blank padded, as PKCS #11 structures hold it. */
public final class PaddedText {
    private PaddedText() {
    }

    /** Cut between characters if it is too long. */
    public static byte[] of(String text, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true);
        Arrays.fill(bytes.array(), bytes.position(), length, (byte) ' ');
        return bytes.array();
    }
}
