package org.remotepkcs11.pkcs11.application;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CryptokiObject;
import org.remotepkcs11.pkcs11.object.SessionObject;
import org.remotepkcs11.pkcs11.object.TokenObject;

/**
 * The objects of one application on one token: handles of the token's own objects, given when they are found, and the
 * session objects.
 */
final class ObjectTable {
    /** @param session that made it and takes it along */
    private record Owned(SessionObject object, long session) {
    }

    /** The token's own objects, as known now. */
    interface TokenObjects {
        List<TokenObject> matching(Template template);

        Optional<TokenObject> withUniqueId(String uniqueId);
    }

    private final TokenObjects token;
    private final AtomicLong nextHandle;
    private final Map<Long, Owned> owned = new ConcurrentHashMap<>();
    private final Map<String, Long> handles = new ConcurrentHashMap<>();
    private final Map<Long, TokenObject> found = new ConcurrentHashMap<>();

    /** @param nextHandle of the whole application: no number stands for two objects */
    ObjectTable(TokenObjects token, AtomicLong nextHandle) {
        this.token = token;
        this.nextHandle = nextHandle;
    }

    /** @param loggedIn whether private objects are seen */
    long[] find(Template template, boolean loggedIn) {
        List<Long> matching = new ArrayList<>();
        for (TokenObject object : token.matching(template)) {
            if (loggedIn || !object.isPrivate()) {
                matching.add(handle(object));
            }
        }
        owned.forEach((handle, mine) -> {
            if ((loggedIn || !mine.object().isPrivate()) && mine.object().matches(template)) {
                matching.add(handle);
            }
        });
        return matching.stream().mapToLong(Long::longValue).toArray();
    }

    private long handle(TokenObject object) {
        return handles.computeIfAbsent(object.uniqueId(), id -> {
            long handle = nextHandle.getAndIncrement();
            found.put(handle, object);
            return handle;
        });
    }

    /** Empty for a handle of nothing, of what has gone, or of what is hidden before login. */
    Optional<CryptokiObject> get(long handle, boolean loggedIn) {
        Owned mine = owned.get(handle);
        TokenObject known = found.get(handle);
        Optional<? extends CryptokiObject> object = mine != null ? Optional.of(mine.object())
                : Optional.ofNullable(known).flatMap(stale -> token.withUniqueId(stale.uniqueId()));
        return object.<CryptokiObject>map(present -> present).filter(present -> loggedIn || !present.isPrivate());
    }

    long add(SessionObject object, Session session) {
        long handle = nextHandle.getAndIncrement();
        owned.put(handle, new Owned(object, session.handle()));
        return handle;
    }

    /** @return whether there was such a session object */
    boolean destroy(long handle) {
        Owned mine = owned.remove(handle);
        if (mine != null) {
            mine.object().wipe();
        }
        return mine != null;
    }

    /** What a session made goes with it. */
    void sessionClosed(Session session) {
        owned.forEach((handle, mine) -> {
            if (mine.session() == session.handle()) {
                destroy(handle);
            }
        });
    }

    /** Private session objects are gone, and handles of private token objects are never valid again. */
    void loggedOut() {
        owned.forEach((handle, mine) -> {
            if (mine.object().isPrivate()) {
                destroy(handle);
            }
        });
        found.forEach((handle, object) -> {
            if (object.isPrivate()) {
                handles.remove(object.uniqueId());
                found.remove(handle);
            }
        });
    }
}
