package org.remotepkcs11.proxy.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A log in a text file that needs no proxy to be verified. In UTF-8, each line ended by a line feed:
 * <pre>
 * remote-pkcs11 audit log v1
 * 0 BASE64
 * 1 BASE64
 * …
 *
 * (the signed tree head, a C2SP checkpoint of five lines; nothing if there never was one)
 * </pre>
 * BASE64 (RFC 4648 section 4) is a {@code LogEntry} of audit.proto: the bytes that the Merkle tree hashes.
 */
public final class AuditExport implements LogCopy {
    private static final String TITLE = "remote-pkcs11 audit log v1";
    /** Four thirds of the longest entry, which holds a whole request. */
    private static final int MAX_LINE = 2 << 20;

    private final Path file;

    private AuditExport(Path file) {
        this.file = file;
    }

    /** @throws IOException if the file cannot be read or is no export */
    public static AuditExport open(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            if (!TITLE.equals(line(reader))) {
                throw new IOException(file + " is no export of an audit log");
            }
        }
        return new AuditExport(file);
    }

    /** Writes all of a log. */
    public static void write(LogCopy log, Writer to) throws IOException {
        Optional<String> head = log.head();
        to.write(TITLE + "\n");
        log.forEach((index, body) -> to.write(line(index, body)));
        to.write("\n" + head.orElse(""));
        to.flush();
    }

    /** Writes entries that follow one another, the first at {@code from}, with a head that covers them. */
    static String segment(long from, List<byte[]> bodies, String head) {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        for (int i = 0; i < bodies.size(); i++) {
            text.append(line(from + i, bodies.get(i)));
        }
        return text.append('\n').append(head).toString();
    }

    private static String line(long index, byte[] body) {
        return index + " " + Base64.getEncoder().encodeToString(body) + "\n";
    }

    @Override
    public Optional<String> head() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = line(reader);
            while (line != null && !line.isEmpty()) {
                line = line(reader);
            }
            StringBuilder head = new StringBuilder();
            for (line = line(reader); line != null; line = line(reader)) {
                head.append(line).append('\n');
                if (head.length() > MAX_LINE) {
                    throw new IOException("the export goes on after the tree head");
                }
            }
            return head.isEmpty() ? Optional.empty() : Optional.of(head.toString());
        }
    }

    @Override
    public void forEach(EntryVisitor visitor) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            line(reader);
            for (String line = line(reader); line != null && !line.isEmpty(); line = line(reader)) {
                show(line, visitor);
            }
        }
    }

    /** Its last digit has bits that say nothing: a change of these is a change too. */
    private static byte[] body(String base64) {
        byte[] body = Base64.getDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
        if (!Base64.getEncoder().encodeToString(body).equals(base64)) {
            throw new IllegalArgumentException("base64 that nobody writes so");
        }
        return body;
    }

    private static void show(String line, EntryVisitor visitor) throws IOException {
        int blank = line.indexOf(' ');
        try {
            visitor.entry(Long.parseLong(line.substring(0, Math.max(0, blank))),
                    body(line.substring(blank + 1)));
        } catch (IllegalArgumentException e) {
            throw new IOException("a line of the export is no entry: "
                    + line.substring(0, Math.min(line.length(), 40)), e);
        }
    }

    private static String line(BufferedReader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c != '\n'; c = reader.read()) {
            if (c < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("a line of the export is longer than any entry");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() {
        // The file is open only while it is read.
    }
}
