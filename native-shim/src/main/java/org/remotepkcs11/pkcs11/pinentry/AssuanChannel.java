package org.remotepkcs11.pkcs11.pinentry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * The client's side of the Assuan protocol (Developing with Assuan, 2.5, "Server responses"): each command is a line, and
 * is answered by lines of which the last is OK or ERR. What was received is wiped.
 */
final class AssuanChannel {
    private static final int MAX_TEXT = 200;
    private static final int MAX_ANSWER = 8192;

    private final InputStream from;
    private final OutputStream to;
    /** Twice an answer: a read of so much goes past the buffer of a process's stream, in which a PIN would be left. */
    private final byte[] room = new byte[2 * MAX_ANSWER];

    /** Reads the greeting. @throws IOException if there is none */
    AssuanChannel(InputStream from, OutputStream to) throws IOException {
        this.from = from;
        this.to = to;
        answer();
    }

    /**
     * Sends a command and reads the answer.
     *
     * @param text its argument; empty: none
     * @return the answer's data, for the caller to wipe; empty if it has none
     * @throws AssuanException if the answer is ERR or breaks the protocol
     */
    char[] ask(String command, String text) throws IOException {
        String shortened = text.substring(0, Math.min(text.length(), MAX_TEXT));
        String escaped = shortened.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
        to.write((escaped.isEmpty() ? command + "\n" : command + " " + escaped + "\n").getBytes(UTF_8));
        to.flush();
        return answer();
    }

    private char[] answer() throws IOException {
        int end = 0;
        int line = 0;
        ByteBuffer data = ByteBuffer.allocate(0);
        try {
            for (;;) {
                end += received(end);
                for (int at = lineEnd(line, end); at < end; at = lineEnd(line, end)) {
                    ByteBuffer said = ByteBuffer.wrap(room, line, at - line);
                    if (begins(said, "OK")) {
                        return unescaped(data);
                    } else if (begins(said, "ERR")) {
                        throw new AssuanException(UTF_8.decode(said).toString());
                    } else if (begins(said, "D ")) {
                        data = said.position(line + 2);
                    }
                    line = at + 1;
                }
            }
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    private int received(int end) throws IOException {
        int got = end > MAX_ANSWER ? -1 : from.read(room, end, room.length - end);
        if (got < 0) {
            throw new AssuanException("no end of an answer after " + end + " bytes");
        }
        return got;
    }

    private int lineEnd(int begin, int end) {
        int at = begin;
        while (at < end && room[at] != '\n') {
            at++;
        }
        return at;
    }

    private static boolean begins(ByteBuffer line, String word) {
        ByteBuffer expected = UTF_8.encode(word);
        return line.remaining() >= expected.remaining()
                && line.duplicate().limit(line.position() + expected.remaining()).equals(expected);
    }

    private static char[] unescaped(ByteBuffer text) throws AssuanException {
        ByteBuffer bytes = ByteBuffer.allocate(text.remaining());
        CharBuffer decoded = CharBuffer.allocate(0);
        try {
            while (text.hasRemaining()) {
                byte next = text.get();
                bytes.put(next == '%' ? escapedByte(text) : next);
            }
            decoded = UTF_8.newDecoder().decode(bytes.flip());
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            return characters;
        } catch (CharacterCodingException e) {
            throw new AssuanException("data that is not UTF-8");
        } finally {
            Arrays.fill(bytes.array(), (byte) 0);
            Arrays.fill(decoded.array(), '\0');
        }
    }

    private static byte escapedByte(ByteBuffer text) throws AssuanException {
        int high = text.hasRemaining() ? Character.digit(text.get(), 16) : -1;
        int low = text.hasRemaining() ? Character.digit(text.get(), 16) : -1;
        if (high < 0 || low < 0) {
            throw new AssuanException("data with a broken escape");
        }
        return (byte) (high << 4 | low);
    }
}
