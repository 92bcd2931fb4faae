package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.remotepkcs11.wire.Id;

/**
 * The two files of a software card: {@code NAME.p12}, and beside it {@code NAME.state} with the token's label, its
 * serial number and the tries left.
 */
final class CardFile {
    static final String SUFFIX = ".p12";
    static final int DEFAULT_TRIES = 5;
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private final Path stateFile;

    CardFile(Path file) {
        this.file = file;
        String name = file.getFileName().toString();
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        this.stateFile = file.resolveSibling(stem + ".state");
    }

    /** @param triesLeft 0: locked */
    record State(String label, String serial, int maxTries, int triesLeft) {
        static State fresh(String label, int tries) {
            return new State(label, Id.random().toString().substring(0, 16), tries, tries);
        }

        State withTriesLeft(int left) {
            return new State(label, serial, maxTries, left);
        }
    }

    boolean exists() {
        return Files.isRegularFile(file);
    }

    byte[] contents() throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("a card file of more than " + MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /** Changes whenever the file does. */
    String version() throws IOException {
        return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
    }

    /** A file that was just put into the folder gets its state here. */
    State state() throws IOException {
        if (!Files.exists(stateFile)) {
            String name = file.getFileName().toString();
            write(State.fresh(name.substring(0, name.length() - SUFFIX.length()), DEFAULT_TRIES));
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(stateFile, StandardCharsets.UTF_8)) {
            properties.load(reader);
            return new State(need(properties, "label"), need(properties, "serial"),
                    Integer.parseInt(need(properties, "tries.max")), Integer.parseInt(need(properties, "tries.left")));
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot read " + stateFile, e);
        }
    }

    /** Durable when it returns: a card must not forget a wrong try because the power failed. */
    void write(State state) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("label", state.label());
        properties.setProperty("serial", state.serial());
        properties.setProperty("tries.max", Integer.toString(state.maxTries()));
        properties.setProperty("tries.left", Integer.toString(state.triesLeft()));
        StringWriter text = new StringWriter();
        properties.store(text, null);
        replace(stateFile, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    void writeContents(byte[] contents) throws IOException {
        replace(file, contents);
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Path fresh = Files.createTempFile(target.toAbsolutePath().getParent(), ".new", null);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String need(Properties properties, String name) {
        String value = properties.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }
}
