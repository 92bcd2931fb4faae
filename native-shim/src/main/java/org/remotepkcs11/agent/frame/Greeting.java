package org.remotepkcs11.agent.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.Host;

/**
 * The first frame of a connection.
 *
 * @param application in hexadecimal: connections with the same one belong to one PKCS #11 application
 * @param host        who calls
 */
public record Greeting(String application, Host host) {
    /** What the agent says to it; the ordinal is the number on the wire. */
    public enum Reply { WELCOME, RETIRED, REFUSED }

    private static final byte[] MAGIC = "RPKCS11\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int TOKEN_BYTES = 16;
    private static final int MAX_TEXT = 4096;
    private static final List<String> TERMINAL = List.of("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "GPG_TTY");

    /** @throws MalformedFrameException also for a version or a machine that this agent does not know */
    public static Greeting decode(ByteBuffer frame) throws MalformedFrameException {
        FrameReader in = new FrameReader(frame);
        if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
            throw new MalformedFrameException("not a greeting");
        }
        int version = in.u16();
        int width = in.u8();
        if (version != VERSION || width != Long.BYTES) {
            throw new MalformedFrameException("module version " + version + " with numbers of " + width
                    + " bytes; this agent speaks version " + VERSION + " with 8");
        }
        String application = HexFormat.of().formatHex(in.bytes(TOKEN_BYTES));
        long process = in.u64();
        String program = printable(in.text(MAX_TEXT));
        Optional<Path> configuration = path(in.text(MAX_TEXT));
        Optional<String> token = Optional.of(in.text(MAX_TEXT)).filter(text -> !text.isEmpty());
        Map<String, String> terminal = new LinkedHashMap<>();
        for (String name : TERMINAL) {
            String value = in.text(MAX_TEXT);
            if (!value.isEmpty()) {
                terminal.put(name, value);
            }
        }
        in.end();
        return new Greeting(application, new Host(program, process, configuration, token, terminal));
    }

    /** A program names itself: no line breaks or control sequences of its choice in our log. */
    private static String printable(String name) {
        return name.replaceAll("[^\\p{Graph} ]", "?");
    }

    private static Optional<Path> path(String text) throws MalformedFrameException {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            throw new MalformedFrameException("the configuration's path is none: " + e.getReason());
        }
    }
}
