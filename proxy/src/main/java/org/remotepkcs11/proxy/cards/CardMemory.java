package org.remotepkcs11.proxy.cards;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.remotepkcs11.wire.Fingerprint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every card showed when it was last seen or unlocked, one file a card. Most tokens hide their private keys until
 * the PIN is given, but users are to see them also after a restart and while the card is out. Holds nothing secret.
 */
public final class CardMemory {
    private static final Logger LOG = LoggerFactory.getLogger(CardMemory.class);
    private static final String SUFFIX = ".card";
    private static final String PIN_REFUSED = ".pin-refused";

    private final Path folder;

    private CardMemory(Path folder) {
        this.folder = folder;
    }

    /** @throws UncheckedIOException if the folder cannot be made */
    public static CardMemory in(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder of known cards", e);
        }
        return new CardMemory(folder);
    }

    /** Unreadable files are left out, with a warning: the card will tell again. */
    List<CardDescription> recall() {
        List<CardDescription> known = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).forEach(file -> read(file, known));
        } catch (IOException e) {
            LOG.warn("cannot list the known cards in {}", folder, e);
        }
        return known;
    }

    private static void read(Path file, List<CardDescription> known) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
            known.add(RememberedCard.description(properties));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("cannot read what card {} showed: {}", file, e.toString());
        }
    }

    boolean isPinRefused(String source) {
        return Files.exists(folder.resolve(fileName(source) + PIN_REFUSED));
    }

    /** Also a restarted proxy must not spend another try on a PIN that was refused. */
    void rememberPinRefused(String source, boolean refused) {
        Path mark = folder.resolve(fileName(source) + PIN_REFUSED);
        try {
            if (refused) {
                Files.write(mark, new byte[0]);
            } else {
                Files.deleteIfExists(mark);
            }
        } catch (IOException e) {
            LOG.error("cannot remember whether card {} refused its pin", source, e);
        }
    }

    void remember(CardDescription description) {
        try {
            Path fresh = Files.createTempFile(folder, "fresh", null);
            try (Writer writer = Files.newBufferedWriter(fresh, StandardCharsets.UTF_8)) {
                RememberedCard.properties(description).store(writer, null);
            }
            Files.move(fresh, folder.resolve(fileName(description.source()) + SUFFIX),
                    StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("cannot remember what card {} shows", description.source(), e);
        }
    }

    /** Readable, and yet different for any two sources. */
    private static String fileName(String source) {
        String readable = source.replaceAll("[^A-Za-z0-9]", "-");
        String shortened = readable.substring(0, Math.min(readable.length(), 60));
        String hash = Fingerprint.ofDer(source.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
        return shortened + "-" + hash;
    }
}
