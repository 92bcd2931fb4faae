package org.remotepkcs11.proxy.cards.pkcs11;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open sessions of one token that are free. They are kept while the token is unlocked, because a token is locked
 * with its last session. No call is made while the pool is held.
 */
final class SessionPool {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

    private final Cryptoki cryptoki;
    private final Deque<CkSession> free = new ArrayDeque<>();
    private Place place = new Place(-1, -1);

    /** Where sessions are valid: in one slot, until the module is restarted. */
    record Place(long generation, long slot) {
    }

    SessionPool(Cryptoki cryptoki) {
        this.cryptoki = cryptoki;
    }

    CkSession borrow(Place now) throws CkException {
        CkSession session = takeFree(now);
        return session == null ? CkSession.open(cryptoki, now.slot()) : session;
    }

    private synchronized CkSession takeFree(Place now) {
        if (!now.equals(place)) {
            // The others ended with the module's restart or the card's removal.
            free.clear();
            place = now;
        }
        return free.poll();
    }

    void giveBack(CkSession session, Place opened) {
        if (!keep(session, opened)) {
            close(session);
        }
    }

    private synchronized boolean keep(CkSession session, Place opened) {
        return opened.equals(place) && free.offer(session);
    }

    void closeAll() {
        List<CkSession> all;
        synchronized (this) {
            all = new ArrayList<>(free);
            free.clear();
        }
        all.forEach(SessionPool::close);
    }

    static void close(CkSession session) {
        try {
            session.close();
        } catch (CkException e) {
            LOG.debug("a session could not be closed: {}", e.getMessage());
        }
    }
}
