package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder whose {@code *.p12} files are cards: putting one in or taking it away is what a reader does. */
public final class SoftwareCards implements CardReader {
    private static final Logger LOG = LoggerFactory.getLogger(SoftwareCards.class);

    private final String name;
    private final Path folder;
    private final Duration idle;
    private final Map<Path, SoftwareCard> cards = new TreeMap<>();

    private SoftwareCards(String name, Path folder, Duration idle) {
        this.name = name;
        this.folder = folder;
        this.idle = idle;
    }

    /** @param idle after which an unused card is locked again */
    public static SoftwareCards in(String name, Path folder, Duration idle) {
        return new SoftwareCards(name, folder, idle);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int lanes() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public synchronized List<Card> scan(boolean afresh) throws RefusedException {
        List<Path> files = files();
        cards.entrySet().removeIf(entry -> {
            boolean gone = !files.contains(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        for (Path file : files) {
            if (!cards.containsKey(file)) {
                open(file);
            }
        }
        return new ArrayList<>(cards.values());
    }

    private void open(Path file) {
        try {
            cards.put(file, new SoftwareCard(name, new CardFile(file), idle, Clock.systemUTC()));
        } catch (IOException e) {
            LOG.warn("software card {} cannot be used: {}", file, e.getMessage());
        }
    }

    private List<Path> files() throws RefusedException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(CardFile.SUFFIX)).sorted().toList();
        } catch (IOException e) {
            throw new RefusedException(Refusal.of(ErrorCode.CARD_FAILED, "cannot list the folder of software cards"), e);
        }
    }

    @Override
    public synchronized void close() {
        cards.values().forEach(SoftwareCard::close);
        cards.clear();
    }
}
