package org.remotepkcs11.pkcs11.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.TokenObject;
import org.remotepkcs11.wire.RemoteCard;

/** What one application has with one token: its sessions, its login and its objects. */
final class AttachedToken implements ObjectTable.TokenObjects {
    private final long slot;
    private final Inventory inventory;
    private final ShownKeys keys;
    private final TokenLogin login;
    private final ObjectTable objects;
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();

    AttachedToken(long slot, Inventory inventory, AtomicLong nextObject) {
        this.slot = slot;
        this.inventory = inventory;
        this.keys = new ShownKeys(inventory.source());
        this.login = new TokenLogin(() -> inventory.knownSlot(slot).flatMap(Slot::card));
        this.objects = new ObjectTable(this, nextObject);
    }

    long slot() {
        return slot;
    }

    /** A slot as this application sees it. */
    Slot seen(Slot now) {
        return keys.seen(now);
    }

    /** A slot with the keys that this application is shown. */
    Slot shown(Slot now) {
        return keys.choose(now);
    }

    void end() {
        keys.end();
    }

    TokenLogin login() {
        return login;
    }

    ObjectTable objects() {
        return objects;
    }

    /** As last seen. @throws CkException {@code CKR_DEVICE_REMOVED} */
    Slot present() {
        return inventory.knownSlot(slot).map(keys::choose).filter(Slot::tokenPresent)
                .orElseThrow(() -> new CkException(CKR.DEVICE_REMOVED));
    }

    /** @throws CkException {@code CKR_DEVICE_REMOVED} */
    RemoteCard card() {
        return present().card().orElseThrow();
    }

    void opened(Session session) {
        sessions.put(session.handle(), session);
    }

    /** With the last session the login ends. */
    void closed(Session session) {
        session.close();
        objects.sessionClosed(session);
        sessions.remove(session.handle());
        if (sessions.isEmpty() && login.end()) {
            objects.loggedOut();
        }
    }

    List<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    /** @throws CkException {@code CKR_USER_NOT_LOGGED_IN} */
    void logout() {
        login.logout();
        objects.loggedOut();
    }

    @Override
    public List<TokenObject> matching(Template template) {
        return present().objects().matching(template);
    }

    @Override
    public Optional<TokenObject> withUniqueId(String uniqueId) {
        return present().objects().withUniqueId(uniqueId);
    }
}
