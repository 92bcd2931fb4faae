package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/**
 * Whether an application is logged in to a token. Of several logins at the same time one goes to the proxy while the
 * others wait: a wrong PIN typed once must not cost several tries.
 */
final class TokenLogin {
    private final Supplier<Optional<RemoteCard>> known;
    private CardLogin login;
    private Optional<RemoteCard> knownAtLogin = Optional.empty();
    private CompletableFuture<Void> underWay;

    /** @param known the card as last seen; asks nobody */
    TokenLogin(Supplier<Optional<RemoteCard>> known) {
        this.known = known;
    }

    /** Confirms a PIN at the proxy. */
    interface Attempt {
        CardLogin make() throws RefusedException;
    }

    synchronized boolean isLoggedIn() {
        if (login != null && isOutdated()) {
            end();
        }
        return login != null;
    }

    /** The virtual PIN was changed elsewhere: its old proof would only cost a try. */
    private boolean isOutdated() {
        Optional<RemoteCard> now = known.get();
        boolean news = now.isPresent() && (knownAtLogin.isEmpty() || now.get() != knownAtLogin.get());
        return news && !now.get().pin().equals(login.card().pin());
    }

    /** @throws CkException {@code CKR_USER_ALREADY_LOGGED_IN}: nobody need be asked for a PIN */
    void requireLoggedOut() {
        if (isLoggedIn()) {
            throw new CkException(CKR.USER_ALREADY_LOGGED_IN);
        }
    }

    /** @throws CkException {@code CKR_USER_ALREADY_LOGGED_IN}, or as the proxy refuses */
    void login(Attempt attempt) {
        CompletableFuture<Void> mine = turn();
        try {
            CardLogin made = attempt.make();
            set(made);
        } catch (RefusedException e) {
            throw Refusals.returned(e);
        } finally {
            synchronized (this) {
                underWay = null;
            }
            mine.complete(null);
        }
    }

    private CompletableFuture<Void> turn() {
        while (true) {
            CompletableFuture<Void> other;
            synchronized (this) {
                requireLoggedOut();
                if (underWay == null) {
                    underWay = new CompletableFuture<>();
                    return underWay;
                }
                other = underWay;
            }
            other.join();
        }
    }

    /** Ends the login. @throws CkException {@code CKR_USER_NOT_LOGGED_IN} */
    void logout() {
        if (!end()) {
            throw new CkException(CKR.USER_NOT_LOGGED_IN);
        }
    }

    /** @return whether there was one */
    synchronized boolean end() {
        boolean was = login != null;
        if (was) {
            login.close();
            login = null;
        }
        return was;
    }

    /** By a new PIN. */
    synchronized void replace(CardLogin renewed) {
        if (login == null) {
            renewed.close();
            return;
        }
        login.close();
        set(renewed);
    }

    private synchronized void set(CardLogin made) {
        login = made;
        knownAtLogin = known.get();
    }

    /**
     * Uses a key. A login that the proxy no longer takes ends here, so that its PIN is not sent again by itself.
     *
     * @throws CkException {@code CKR_USER_NOT_LOGGED_IN}, or as the refusal says
     */
    byte[] use(Operation operation) {
        CardLogin mine;
        synchronized (this) {
            if (!isLoggedIn()) {
                throw new CkException(CKR.USER_NOT_LOGGED_IN);
            }
            mine = login;
        }
        try {
            return mine.use(operation);
        } catch (RefusedException e) {
            forget(mine, e.code());
            throw Refusals.returned(e);
        }
    }

    private synchronized void forget(CardLogin refused, ErrorCode code) {
        boolean ended = code == ErrorCode.PIN_WRONG || code == ErrorCode.PIN_LOCKED || code == ErrorCode.PIN_MISSING;
        if (ended && login == refused) {
            end();
        }
    }
}
