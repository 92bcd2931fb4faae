package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/**
 * One PKCS #11 application: what is behind the functions of one host process between its {@code C_Initialize} and its
 * {@code C_Finalize}. It has its own sessions, login states and session objects; what the cards show is shared. For
 * use by any number of threads; nothing is locked while the proxy, the user or another thread is waited for. Every
 * function of it throws a {@link CkException} for what the standard answers by a return value other than
 * {@code CKR_OK}.
 */
public final class Application implements AutoCloseable {
    /** Programs that live longer want to know of cards that come and go without asking for events. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(10);

    private final Inventory inventory;
    private final Optional<String> onlyToken;
    private final Pins pins;
    private final SlotEvents events = new SlotEvents();
    private final Runnable look = this::look;
    private final Map<Long, AttachedToken> tokens = new ConcurrentHashMap<>();
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicLong nextSession = new AtomicLong(1);
    private final AtomicLong nextObject = new AtomicLong(1);
    private final long born = System.nanoTime();
    private final SavedStates savedStates = new SavedStates();
    private volatile boolean ended;

    /**
     * Asks nobody anything.
     *
     * @param onlyToken label of the only token to show; empty: all
     */
    public Application(Inventory inventory, Optional<String> onlyToken, PinEntry pinEntry) {
        this.inventory = inventory;
        this.onlyToken = onlyToken;
        this.pins = new Pins(pinEntry);
        inventory.listen(look);
        if (!inventory.knownSlots().isEmpty()) {
            look(); // what the application finds there is no news to it, but how it changes is
        }
    }

    public SlotFunctions slots() {
        return new SlotFunctions(this);
    }

    public SessionFunctions sessions() {
        return new SessionFunctions(this);
    }

    public ObjectFunctions objects() {
        return new ObjectFunctions(this);
    }

    public CipherFunctions ciphers() {
        return new CipherFunctions(this);
    }

    public DigestFunctions digests() {
        return new DigestFunctions(this);
    }

    public SignatureFunctions signatures() {
        return new SignatureFunctions(this);
    }

    public KeyFunctions keys() {
        return new KeyFunctions(this);
    }

    public MessageFunctions messages() {
        return new MessageFunctions(this);
    }

    Inventory inventory() {
        return inventory;
    }

    Pins pins() {
        return pins;
    }

    SlotEvents events() {
        return events;
    }

    SavedStates savedStates() {
        return savedStates;
    }

    boolean shows(Slot slot) {
        return slot.card().map(card -> onlyToken.map(card.token().label()::equals).orElse(true)).orElse(true);
    }

    private void look() {
        events.look(inventory.knownSlots().stream().filter(this::shows).map(this::seen).toList());
    }

    /** As this application sees it. */
    Slot seen(Slot slot) {
        AttachedToken token = tokens.get(slot.id());
        return token == null ? slot : token.seen(slot);
    }

    /** Somebody asks of slots: if the program lives on, it will want news. */
    void interestInSlots() {
        requireRunning();
        if (System.nanoTime() - born > SHORT_LIFE.toNanos()) {
            inventory.watch().want();
        }
    }

    /** @throws CkException {@code CKR_CRYPTOKI_NOT_INITIALIZED} */
    void requireRunning() {
        if (ended) {
            throw new CkException(CKR.CRYPTOKI_NOT_INITIALIZED);
        }
    }

    AttachedToken token(long slot) {
        return tokens.computeIfAbsent(slot, id -> new AttachedToken(id, inventory, nextObject));
    }

    Session open(long slot, boolean readWrite) {
        AttachedToken token = token(slot);
        Session session = new Session(nextSession.getAndIncrement(), token, readWrite);
        token.opened(session);
        sessions.put(session.handle(), session);
        if (ended) {
            close(session);
            requireRunning();
        }
        return session;
    }

    /**
     * A session whose token is still there. When the token has gone, its sessions go with it.
     *
     * @throws CkException {@code CKR_SESSION_HANDLE_INVALID}, {@code CKR_DEVICE_REMOVED} the first time
     */
    Session session(long handle) {
        requireRunning();
        Session session = sessions.get(handle);
        if (session == null) {
            throw new CkException(CKR.SESSION_HANDLE_INVALID);
        }
        try {
            session.token().present();
        } catch (CkException e) {
            session.token().sessions().forEach(this::close);
            throw e;
        }
        return session;
    }

    void close(Session session) {
        sessions.remove(session.handle());
        session.token().closed(session);
    }

    List<Session> openSessions(long slot) {
        return token(slot).sessions();
    }

    /** {@code C_Finalize}: calls under way end soon, all state is gone. */
    @Override
    public void close() {
        ended = true;
        inventory.forget(look);
        events.end();
        List.copyOf(sessions.values()).forEach(this::close);
        tokens.values().forEach(AttachedToken::end);
    }
}
