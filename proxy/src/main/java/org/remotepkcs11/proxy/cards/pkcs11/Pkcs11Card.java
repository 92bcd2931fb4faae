package org.remotepkcs11.proxy.cards.pkcs11;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.PinCare;
import org.remotepkcs11.proxy.cards.PinTrace;
import org.remotepkcs11.proxy.cards.Turnstile;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;

/**
 * A token of a PKCS #11 module, known by its serial number whatever slot it is in. It stays unlocked while it is used;
 * a request that brings another PIN than the one it was unlocked with makes it log in anew.
 */
final class Pkcs11Card implements Card {
    private static final Duration CHECK_PATIENCE = Duration.ofSeconds(30);
    private static final Duration REREAD = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;

    private final Pkcs11Library library;
    private final String source;
    private final String serial;
    private final Duration idle;
    private final Turnstile turnstile;
    private final SessionPool sessions;
    private final PinCare care = new PinCare();
    private volatile long slot;
    private volatile Unlocked unlocked;
    private volatile Instant lastUsed = Instant.EPOCH;
    private volatile Seen seen;

    private record Seen(SessionPool.Place place, Instant read, CardDescription description) {
        boolean isCurrent(SessionPool.Place now, boolean complete) {
            return place.equals(now) && description.complete() == complete && read.plus(REREAD).isAfter(Instant.now());
        }
    }

    Pkcs11Card(Pkcs11Library library, Pkcs11Settings settings, String serial) {
        this.library = library;
        this.source = settings.name() + ":" + serial;
        this.serial = serial;
        this.idle = settings.idle();
        this.turnstile = new Turnstile(settings.lanes());
        this.sessions = new SessionPool(library.cryptoki());
    }

    void insertedIn(long slotNow) {
        slot = slotNow;
    }

    /** Asks no token but the one in the last slot; true also while the card works, because it answers then. */
    boolean isStillThere() {
        Optional<Turnstile.Pass> inModule = library.useNow();
        Optional<Turnstile.Pass> beside = turnstile.besideNow();
        try {
            return inModule.isEmpty() || beside.isEmpty()
                    || library.hasToken(slot) && TokenInfo.read(library.cryptoki(), slot).isNamed(serial);
        } catch (CkException e) {
            return false;
        } finally {
            beside.ifPresent(Turnstile.Pass::close);
            inModule.ifPresent(Turnstile.Pass::close);
        }
    }

    boolean isUnlocked() {
        Unlocked login = unlocked;
        return login != null && login.place().equals(place());
    }

    private SessionPool.Place place() {
        return new SessionPool.Place(library.generation(), slot);
    }

    @Override
    public String serial() {
        return serial;
    }

    @Override
    public byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException {
        PinTrace trace = PinTrace.of(pin);
        for (int attempt = 1; ; attempt++) {
            try (Turnstile.Pass inModule = library.use(deadline)) {
                Unlocked login = unlock(trace, pin, deadline);
                lastUsed = Instant.now();
                try (Turnstile.Pass beside = turnstile.beside(deadline)) {
                    return inSession(session -> use(session, login, operation, pin));
                }
            } catch (CkException e) {
                if (!e.isStale() || attempt == ATTEMPTS) {
                    throw e.refusal();
                }
                unlocked = null;
            }
        }
    }

    private byte[] use(CkSession session, Unlocked login, Operation operation, CardPin pin)
            throws CkException, RefusedException {
        CardKey key = key(session, login, operation);
        try {
            return new KeyUse(session, key, key.isAlwaysAuthenticate() ? pin : null).apply(operation);
        } catch (CkException e) {
            if (e.isPinRefused()) {
                throw care.storedRefused();
            }
            throw e;
        }
    }

    private CardKey key(CkSession session, Unlocked login, Operation operation) throws CkException, RefusedException {
        CardKey key = login.keys().get(operation.key());
        if (key == null) {
            Unlocked fresh = login.withKeys(TokenObjects.read(session, true).keys());
            unlocked = fresh;
            key = fresh.keys().get(operation.key());
        }
        if (key == null) {
            throw new RefusedException(ErrorCode.KEY_UNKNOWN, "the card has no key " + operation.key());
        }
        return key;
    }

    private Unlocked unlock(PinTrace trace, CardPin pin, Instant deadline) throws CkException, RefusedException {
        Unlocked login = unlocked;
        if (login != null && login.serves(place(), trace)) {
            return login;
        }
        try (Turnstile.Pass alone = turnstile.alone(deadline)) {
            login = unlocked;
            if (login != null && login.serves(place(), trace)) {
                return login;
            }
            TokenInfo info = TokenInfo.read(library.cryptoki(), slot);
            if (info.needsLogin()) {
                care.beforeStored(info.pinState());
            }
            return login(info, trace, pin);
        } catch (CkException e) {
            if (e.isPinRefused()) {
                throw care.storedRefused();
            }
            throw e;
        }
    }

    @Override
    public void checkPin(CardPin pin) throws RefusedException {
        Instant deadline = Instant.now().plus(CHECK_PATIENCE);
        try (Turnstile.Pass inModule = library.use(deadline); Turnstile.Pass alone = turnstile.alone(deadline)) {
            TokenInfo info = TokenInfo.read(library.cryptoki(), slot);
            if (!info.needsLogin()) {
                throw new RefusedException(ErrorCode.CARD_FAILED, "the card asks for no pin, so it cannot be protected by one");
            }
            care.beforeEntered(info.pinState());
            login(info, PinTrace.of(pin), pin);
        } catch (CkException e) {
            throw e.isPinRefused() ? care.enteredRefused() : e.refusal();
        }
    }

    /** Only by who is alone at the card. */
    private Unlocked login(TokenInfo info, PinTrace trace, CardPin pin) throws CkException, RefusedException {
        unlocked = null;
        lastUsed = Instant.now();
        return inSession(session -> {
            if (info.needsLogin()) {
                loginAnew(session, trace, pin);
                care.accepted();
            }
            Unlocked login = new Unlocked(place(), trace, TokenObjects.read(session, true).keys());
            unlocked = login;
            return login;
        });
    }

    /** Whoever is logged in, this PIN is tried, unless it is the one by which the token was unlocked. */
    private void loginAnew(CkSession session, PinTrace trace, CardPin pin) throws CkException {
        SessionPool.Place here = place();
        try {
            session.login(Ck.U_USER, pin);
        } catch (CkException e) {
            if (!e.is(Ck.R_USER_ALREADY_LOGGED_IN)) {
                throw e;
            }
            if (trace.equals(library.openers().get(here))) {
                return;
            }
            session.logout();
            session.login(Ck.U_USER, pin);
        }
        library.openers().put(here, trace);
    }

    @FunctionalInterface
    private interface InSession<T> {
        T run(CkSession session) throws CkException, RefusedException;
    }

    private <T> T inSession(InSession<T> work) throws CkException, RefusedException {
        SessionPool.Place here = place();
        CkSession session = sessions.borrow(here);
        boolean sound = false;
        try {
            T result = work.run(session);
            sound = true;
            return result;
        } catch (CkException e) {
            sound = !e.isOfSession();
            throw e;
        } catch (RefusedException e) {
            sound = true;
            throw e;
        } finally {
            if (sound) {
                sessions.giveBack(session, here);
            } else {
                SessionPool.close(session);
            }
        }
    }

    /** While all lanes are busy, as last seen. */
    @Override
    public CardDescription describe() throws RefusedException {
        Optional<Turnstile.Pass> inModule = library.useNow();
        Optional<Turnstile.Pass> beside = turnstile.besideNow();
        try {
            if (inModule.isPresent() && beside.isPresent()) {
                return look();
            }
            Seen last = seen;
            if (last == null) {
                throw new RefusedException(ErrorCode.CARD_BUSY, "card " + source + " is busy and was not seen before");
            }
            return last.description();
        } catch (CkException e) {
            throw e.refusal();
        } finally {
            beside.ifPresent(Turnstile.Pass::close);
            inModule.ifPresent(Turnstile.Pass::close);
        }
    }

    private CardDescription look() throws CkException, RefusedException {
        TokenInfo info = TokenInfo.read(library.cryptoki(), slot);
        SessionPool.Place here = place();
        boolean complete = isUnlocked();
        Seen last = seen;
        if (last == null || !last.isCurrent(here, complete)) {
            TokenObjects objects = inSession(session -> TokenObjects.read(session, complete));
            List<PrivateKeyObject> keys = objects.keys().values().stream().map(CardKey::object).toList();
            last = new Seen(here, Instant.now(), new CardDescription(source, info.token(), objects.certificates(), keys,
                    TokenInfo.mechanisms(library.cryptoki(), slot), info.pinState(), complete));
            seen = last;
        }
        return last.description().withPinState(info.pinState());
    }

    @Override
    public void rest() {
        if (lastUsed.plus(idle).isAfter(Instant.now())) {
            return;
        }
        library.useNow().ifPresent(inModule -> {
            try (inModule) {
                turnstile.aloneNow().ifPresent(this::lock);
            }
        });
    }

    private void lock(Turnstile.Pass alone) {
        try (alone) {
            if (isUnlocked()) {
                inSession(session -> {
                    library.openers().remove(place());
                    session.logout();
                    return null;
                });
            }
        } catch (CkException | RefusedException e) {
            // Closing the sessions below locks the token as well.
        } finally {
            unlocked = null;
            sessions.closeAll();
        }
    }

    @Override
    public void close() {
        lastUsed = Instant.EPOCH;
        rest();
    }
}
