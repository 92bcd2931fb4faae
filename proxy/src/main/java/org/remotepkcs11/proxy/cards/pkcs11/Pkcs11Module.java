package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.proxy.cards.Turnstile;
import org.remotepkcs11.wire.RefusedException;

/**
 * A PKCS #11 module in this process and the tokens in its slots. A token that vanished is looked for also by
 * restarting the module while nothing else is under way: file-backed modules see tokens that came, and smart-card ones
 * a restarted pcscd, in no other way.
 */
public final class Pkcs11Module implements CardReader {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Pkcs11Settings settings;
    private final Pkcs11Library library;
    private final Optional<String> only;
    private final Map<String, Pkcs11Card> cards = new HashMap<>();
    private boolean trouble;
    private Duration pause = FIRST_PAUSE;
    private Instant nextRestart = Instant.EPOCH;

    private Pkcs11Module(Pkcs11Settings settings, Pkcs11Library library, Optional<String> only) {
        this.settings = settings;
        this.library = library;
        this.only = only;
    }

    /** @throws IOException if the file is not a working PKCS #11 module */
    public static Pkcs11Module load(Pkcs11Settings settings) throws IOException {
        return load(settings, Optional.empty());
    }

    /** @param only the one card that is of interest; the others are left alone as far as the module allows */
    public static Pkcs11Module load(Pkcs11Settings settings, Optional<String> only) throws IOException {
        return new Pkcs11Module(settings, Pkcs11Library.open(settings), only);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public int lanes() {
        return settings.lanes();
    }

    /** By one thread at a time. */
    @Override
    public List<Card> scan(boolean afresh) throws RefusedException {
        if (only.isPresent() && cards.size() == 1 && cards.get(only.get()).isStillThere()) {
            return List.copyOf(cards.values());
        }
        if (afresh && settings.files() || trouble) {
            library.restartIfIdle();
        }
        trouble = false;
        List<Card> present = new ArrayList<>();
        try (Turnstile.Pass inModule = library.use(Instant.now().plus(PATIENCE))) {
            Set<String> serials = new HashSet<>();
            for (long slot : library.slots()) {
                look(slot, serials, present);
            }
        } catch (CkException e) {
            trouble = true;
            throw e.refusal();
        }
        seekMissing(present);
        return present;
    }

    private void look(long slot, Set<String> serials, List<Card> present) {
        try {
            TokenInfo info = TokenInfo.read(library.cryptoki(), slot);
            String name = name(info, serials);
            if (info.isInitialised() && only.map(name::equals).orElse(true)) {
                Pkcs11Card card = cards.computeIfAbsent(name, serial -> new Pkcs11Card(library, settings, serial));
                card.insertedIn(slot);
                present.add(card);
            }
        } catch (CkException e) {
            trouble |= !e.isAbsent();
        }
    }

    /** A card may show itself as several tokens with one serial number, one a PIN. */
    static String name(TokenInfo info, Set<String> serials) {
        String serial = info.token().serialNumber();
        return serials.add(serial) ? serial : serial + "/" + info.token().label();
    }

    private void seekMissing(List<Card> present) {
        if (present.size() == (only.isPresent() ? 1 : cards.size())) {
            pause = FIRST_PAUSE;
            return;
        }
        boolean disturbs = cards.values().stream().anyMatch(Pkcs11Card::isUnlocked);
        if (!disturbs && Instant.now().isAfter(nextRestart)) {
            trouble = true;
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            nextRestart = Instant.now().plus(pause);
        }
    }

    @Override
    public void close() {
        cards.values().forEach(Pkcs11Card::close);
        library.close();
    }
}
