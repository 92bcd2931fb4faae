package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.proxy.cards.Turnstile;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which tokens a module has, and touches those that it knows as little as it can: others work with them. */
public final class TokenList {
    private static final int MAX_CHANGES = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TokenList.class);

    private final Pkcs11Library library;
    private final Map<Long, String> known = new HashMap<>();
    private int most;
    private Duration pause = FIRST_PAUSE;
    private Instant nextRestart = Instant.EPOCH;

    private TokenList(Pkcs11Library library) {
        this.library = library;
    }

    /** @throws IOException if the file is not a working PKCS #11 module */
    public static TokenList of(Pkcs11Settings settings) throws IOException {
        return new TokenList(Pkcs11Library.open(settings));
    }

    /**
     * By one thread at a time. Where tokens are missing the module is initialised anew now and then, because after a
     * restart of pcscd nothing else helps.
     *
     * @param anew also asks tokens in slots where one was before
     * @return names as {@link Pkcs11Module} gives them
     */
    public List<String> serials(boolean anew) throws RefusedException {
        if (anew) {
            known.clear();
        }
        try (Turnstile.Pass inModule = library.use(Instant.now().plus(PATIENCE))) {
            look();
        } catch (CkException e) {
            restart();
            throw e.refusal();
        }
        List<String> serials = List.copyOf(known.values());
        if (serials.size() < most) {
            restart();
        } else {
            most = serials.size();
            pause = FIRST_PAUSE;
        }
        return serials;
    }

    private void look() throws CkException {
        List<Long> slots = library.slots();
        known.keySet().retainAll(slots);
        Optional<Long> changed = library.nextChange();
        for (int left = MAX_CHANGES; changed.isPresent() && left > 0; left--) {
            known.remove(changed.get());
            changed = library.nextChange();
        }
        Set<String> serials = new HashSet<>();
        for (long slot : slots) {
            if (known.containsKey(slot)) {
                serials.add(known.get(slot));
                continue;
            }
            try {
                TokenInfo info = TokenInfo.read(library.cryptoki(), slot);
                if (info.isInitialised()) {
                    known.put(slot, Pkcs11Module.name(info, serials));
                }
            } catch (CkException e) {
                LOG.debug("the token in slot {} does not tell its name: {}", slot, e.getMessage());
            }
        }
    }

    private void restart() {
        if (Instant.now().isAfter(nextRestart)) {
            library.restartIfIdle();
            known.clear();
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            nextRestart = Instant.now().plus(pause);
        }
    }
}
