package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.remotepkcs11.proxy.cards.PinTrace;
import org.remotepkcs11.proxy.cards.Turnstile;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A module loaded into this process. PKCS #11 knows one application a process, so there is one of these a library,
 * whoever uses it. C_Finalize and C_Initialize, the only cure for some troubles, happen when no call is under way;
 * afterwards nothing opened before is valid, which {@link #generation} tells.
 */
final class Pkcs11Library {
    private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Library.class);
    private static final int MANY = 1 << 16;
    private static final int MAX_SLOTS = 1000;
    private static final byte TOKEN_PRESENT = 1;
    private static final long DONT_BLOCK = 1;
    private static final int SLOT_INFO_TEXTS = 64 + 32;
    private static final int SLOT_INFO_VERSIONS = 2 + 2 + 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Map<Path, Pkcs11Library> LOADED = new ConcurrentHashMap<>();

    private final Cryptoki cryptoki;
    private final Pkcs11Settings.Calling calling;
    private final Turnstile turnstile;
    private final Map<SessionPool.Place, PinTrace> openers = new ConcurrentHashMap<>();
    private int users;
    private volatile boolean initialisedHere;
    private volatile boolean listed;
    private volatile long generation;

    private Pkcs11Library(Cryptoki cryptoki, Pkcs11Settings.Calling calling) {
        this.cryptoki = cryptoki;
        this.calling = calling;
        this.turnstile = new Turnstile(calling.serialise() ? 1 : MANY);
    }

    /**
     * Loads and initialises the module, unless that was done already; then it is called as it was told first.
     *
     * @throws IOException if it cannot be loaded or initialised
     */
    static Pkcs11Library open(Pkcs11Settings settings) throws IOException {
        Path path = settings.library();
        try {
            Pkcs11Library library = LOADED.computeIfAbsent(path.toRealPath(), real -> new Pkcs11Library(Cryptoki.load(real), settings.calling()));
            try (Turnstile.Pass alone = library.turnstile.alone(Instant.now().plus(PATIENCE))) {
                if (library.users == 0) {
                    library.initialise();
                }
                library.users++;
            }
            return library;
        } catch (CkException | RefusedException | UnsatisfiedLinkError e) {
            throw new IOException("cannot use the PKCS #11 module " + path + ": " + e.getMessage(), e);
        }
    }

    Cryptoki cryptoki() {
        return cryptoki;
    }

    /** By which PIN each token was unlocked: a token is unlocked for all of a process at once. */
    Map<SessionPool.Place, PinTrace> openers() {
        return openers;
    }

    /** Grows with every C_Initialize. */
    long generation() {
        return generation;
    }

    /** To be held while calls are made. */
    Turnstile.Pass use(Instant deadline) throws RefusedException {
        return turnstile.beside(deadline);
    }

    Optional<Turnstile.Pass> useNow() {
        return turnstile.besideNow();
    }

    /** Slots with a token in them. Asking for their number first is what makes some modules look again. */
    List<Long> slots() throws CkException {
        listed = true;
        try (CkBuffer count = CkBuffer.ofUlong(0)) {
            cryptoki.call(CkFunction.C_GET_SLOT_LIST, TOKEN_PRESENT, null, count.pointer());
            long room = Math.min(count.rewind().getUlong(), MAX_SLOTS) + 1;
            try (CkBuffer list = new CkBuffer(room * CkBuffer.ULONG)) {
                count.rewind().putUlong(room);
                cryptoki.call(CkFunction.C_GET_SLOT_LIST, TOKEN_PRESENT, list.pointer(), count.pointer());
                long got = Math.min(count.rewind().getUlong(), room);
                List<Long> slots = new ArrayList<>();
                for (long i = 0; i < got; i++) {
                    slots.add(list.getUlong());
                }
                return slots;
            }
        }
    }

    /** Of a slot that was listed before; need not look at others, as {@link #slots} must. CK_SLOT_INFO is read. */
    boolean hasToken(long slot) throws CkException {
        try (CkBuffer info = new CkBuffer(SLOT_INFO_TEXTS + CkBuffer.ULONG + SLOT_INFO_VERSIONS)) {
            cryptoki.call(CkFunction.C_GET_SLOT_INFO, Cryptoki.ulong(slot), info.pointer());
            return (info.skip(SLOT_INFO_TEXTS).getUlong() & Ck.F_TOKEN_PRESENT) != 0;
        }
    }

    /** A slot where a token came, went or was exchanged, each once; none where the module knows no such events. */
    Optional<Long> nextChange() {
        try (CkBuffer slot = CkBuffer.ofUlong(0)) {
            cryptoki.call(CkFunction.C_WAIT_FOR_SLOT_EVENT, Cryptoki.ulong(DONT_BLOCK), slot.pointer(), null);
            return Optional.of(slot.rewind().getUlong());
        } catch (CkException e) {
            return Optional.empty();
        }
    }

    /**
     * C_Finalize and C_Initialize, unless that would gain nothing because nobody looked since the last time, or harm
     * because calls are under way or others in this process initialised the module.
     */
    void restartIfIdle() {
        if (listed && initialisedHere) {
            turnstile.aloneNow().ifPresent(this::restart);
        }
    }

    private void restart(Turnstile.Pass alone) {
        try (alone) {
            finish();
            initialise();
        } catch (CkException e) {
            LOG.warn("cannot restart module {}: {}", cryptoki, e.getMessage());
        }
    }

    private void finish() throws CkException {
        try {
            cryptoki.call(CkFunction.C_FINALIZE, (Object) null);
        } catch (CkException e) {
            if (!e.is(Ck.R_CRYPTOKI_NOT_INITIALIZED)) {
                throw e;
            }
        }
    }

    private void initialise() throws CkException {
        try (CkBuffer text = CkBuffer.of((calling.initialisation() + '\0').getBytes(StandardCharsets.UTF_8));
             CkBuffer arguments = new CkBuffer(6L * CkBuffer.POINTER + CkBuffer.ULONG)) {
            // Four mutex functions left out: the module locks by the operating system's means. NSS reads its text where
            // the standard has the reserved pointer, and one more pointer behind it, which must be null.
            arguments.skip(4L * CkBuffer.POINTER).putUlong(calling.serialise() ? 0 : Ck.F_OS_LOCKING_OK)
                    .putPointer(calling.initialisation().isEmpty() ? null : text);
            // Only without arguments does OpenSC use no locks; 0.23 locks itself out for ever by them when a card is
            // pulled in a transaction (sc_unlock returns with its mutex locked).
            boolean unlocked = calling.serialise() && calling.initialisation().isEmpty();
            cryptoki.call(CkFunction.C_INITIALIZE, unlocked ? (Object) null : arguments.pointer());
            initialisedHere = true;
        } catch (CkException e) {
            if (!e.is(Ck.R_CRYPTOKI_ALREADY_INITIALIZED)) {
                throw e;
            }
            initialisedHere = false;
        }
        listed = false;
        openers.clear();
        generation++;
    }

    /** The last user finalises the module, unless a call hangs in it. */
    void close() {
        try (Turnstile.Pass alone = turnstile.alone(Instant.now().plus(PATIENCE))) {
            users--;
            if (users == 0 && initialisedHere) {
                finish();
            }
        } catch (CkException | RefusedException e) {
            LOG.warn("module {} is not finalised: {}", cryptoki, e.getMessage());
        }
    }
}
