package org.remotepkcs11.played;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinKey;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.ReplayWindow;
import org.remotepkcs11.wire.ReplyHeader;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;
import org.remotepkcs11.wire.ReplySealer;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Snapshot;

/**
 * A proxy that speaks the protocol with the real sealing code and a real software card, and misbehaves as a test tells
 * it: what a real proxy would never do must be refused by the client all the same.
 */
public final class PlayedProxy implements AutoCloseable {
    public static final String PIN = "2468";

    private record OpenSession(Id nonce, ReplayWindow window) {
    }

    private final Authority authority = Authority.create(Instant.now());
    private final KeyPair userKey;
    private final KeyPair replyKey = Keys.p256();
    private final Id proxy = Fingerprint.of(replyKey.getPublic());
    private final ReplySealer sealer = new ReplySealer(MessageSigner.of(replyKey.getPrivate(), replyKey.getPublic()));
    private final PlayedLog log = new PlayedLog(proxy);
    private final PlayedUser user;
    private final MockWebServer server = new MockWebServer();
    private final Map<Id, OpenSession> sessions = new ConcurrentHashMap<>();
    private final Map<Id, Outcome> done = new ConcurrentHashMap<>();
    private final List<RemoteCard> cards = new ArrayList<>();
    private final Queue<Outcome> scripted = new ConcurrentLinkedQueue<>();
    private final Queue<Function<MockResponse.Builder, MockResponse.Builder>> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Id> operationIds = new ConcurrentLinkedQueue<>();
    private final AtomicInteger applied = new AtomicInteger();
    private final AtomicInteger posts = new AtomicInteger();
    private volatile byte[] lastReply = {};
    private volatile String snapshotVersion = "1";
    private volatile String pin = PIN;
    private volatile Duration idle = Duration.ofMinutes(10);

    /** Plays in a fresh folder, with a P-256 user key. */
    public PlayedProxy(Path folder) throws IOException, GeneralSecurityException {
        this(folder, Keys.p256());
    }

    public PlayedProxy(Path folder, KeyPair userKey) throws IOException, GeneralSecurityException {
        this.userKey = userKey;
        this.user = new PlayedUser(folder);
        user.keys(authority, userKey);
        user.proxy(authority, replyKey.getPublic());
        addCard("Played card");
        start(0);
    }

    private void start(int port) throws IOException, GeneralSecurityException {
        KeyPair tls = Keys.p256();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("tls", tls.getPrivate(), new char[0], new Certificate[] {
            authority.issueServer(tls.getPublic(), List.of("localhost"), Instant.now()), authority.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new X509TrustManager[] {new AnyClient()}, null);
        server.useHttps(context.getSocketFactory());
        server.requestClientAuth();
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start(port);
    }

    // ------------------------------------------------------------------------------------------ for tests

    public Path configuration() throws IOException {
        return user.configuration(server.getPort(), log.verifier());
    }

    public void addCard(String label) {
        cards.add(PlayedCard.ONE.shown(label, Id.random()));
        snapshotVersion = Integer.toString(Integer.parseInt(snapshotVersion) + 1);
    }

    /** The next requests, but Opens, are answered so. */
    public void answerNext(Outcome... outcomes) {
        scripted.addAll(List.of(outcomes));
    }

    public void refuseNext(ErrorCode... codes) {
        for (ErrorCode code : codes) {
            scripted.add(new Outcome.Refused(Refusal.of(code, "as the test said")));
        }
    }

    /** The next answer is spoilt on its way, after the request was done. */
    public void spoilNext(Function<MockResponse.Builder, MockResponse.Builder> fault) {
        faults.add(fault);
    }

    /** The reply before the next one is sent once more in its place. */
    public void swapNext() {
        byte[] earlier = lastReply;
        spoilNext(answer -> answer.body(new Buffer().write(earlier)));
    }

    /** The next reply has one bit wrong. */
    public void flipNext() {
        spoilNext(answer -> {
            byte[] flipped = lastReply.clone();
            flipped[flipped.length / 2] ^= 1;
            return answer.body(new Buffer().write(flipped));
        });
    }

    public void forgetSessions() {
        sessions.clear();
    }

    public void rollBackLog() {
        log.rollBack();
    }

    /** The user's PIN is another, under the derivation that clients know. */
    public void changePin(String newPin) {
        pin = newPin;
    }

    /** As the user changes it at another machine: with a derivation of its own. */
    public void changePinElsewhere(String newPin) {
        pin = newPin;
        cards.set(0, PlayedCard.withFreshDerivation(cards.get(0)));
        snapshotVersion = Integer.toString(Integer.parseInt(snapshotVersion) + 1);
    }

    /** Of sessions opened from now on. */
    public void idle(Duration duration) {
        idle = duration;
    }

    /** How many operations the card did. */
    public int applied() {
        return applied.get();
    }

    public int posts() {
        return posts.get();
    }

    /** The operation ids of all requests but Opens, in their order. */
    public List<Id> operationIds() {
        return List.copyOf(operationIds);
    }

    @Override
    public void close() {
        server.close();
    }

    // ------------------------------------------------------------------------------------------ the play

    private MockResponse answer(RecordedRequest http) {
        posts.incrementAndGet();
        try (ReceivedRequest received = ReceivedRequest.decode(http.getBody().toByteArray())) {
            received.verify(userKey.getPublic());
            LogPosition position = log.append(received.hash().toString());
            Outcome outcome = received.request() instanceof Request.Open open ? open(open, position)
                    : inSession(received);
            byte[] reply = sealer.seal(header(received, outcome, position), outcome);
            lastReply = reply;
            MockResponse.Builder response = new MockResponse.Builder().setHeader("Content-Type", "application/x-protobuf")
                    .body(new Buffer().write(reply));
            Function<MockResponse.Builder, MockResponse.Builder> fault = faults.poll();
            return (fault == null ? response : fault.apply(response)).build();
        } catch (RefusedException e) {
            throw new AssertionError("a client of ours sent a bad request", e);
        }
    }

    private ReplyHeader header(ReceivedRequest received, Outcome outcome, LogPosition position) {
        Id session = outcome instanceof Outcome.Opened opened ? opened.session() : received.header().session();
        return new ReplyHeader(received.hash(), proxy, received.header().user(), session,
                received.header().sequence(), Instant.now(), position, snapshotVersion);
    }

    private Outcome open(Request.Open open, LogPosition position) {
        Id session = Id.random();
        Id nonce = Fingerprint.ofDer(session.bytes());
        sessions.put(session, new OpenSession(nonce, new ReplayWindow()));
        Optional<Snapshot> snapshot = open.knownSnapshot().equals(snapshotVersion) ? Optional.empty()
                : Optional.of(new Snapshot(snapshotVersion, cards));
        return new Outcome.Opened(session, nonce, open.userNonce(), snapshot,
                log.consistency(open.knownTreeSize(), position), idle, PinKey.fresh().publicKey());
    }

    private Outcome inSession(ReceivedRequest received) {
        operationIds.add(received.header().operation());
        OpenSession session = sessions.get(received.header().session());
        if (session == null) {
            return new Outcome.Refused(Refusal.of(ErrorCode.SESSION_UNKNOWN, "no such session"));
        }
        if (!session.window().accept(received.header().sequence())) {
            return new Outcome.Refused(Refusal.of(ErrorCode.REPLAYED, "seen before"));
        }
        Outcome next = scripted.poll();
        return next != null ? next : done.computeIfAbsent(received.header().operation(), id -> outcome(received));
    }

    private Outcome outcome(ReceivedRequest received) {
        if (!(received.request() instanceof Request.Watch) && !rightPin(received)) {
            return new Outcome.Refused(new Refusal(ErrorCode.PIN_WRONG, "wrong virtual pin", 4, Duration.ZERO));
        }
        if (received.request() instanceof Request.Use use) {
            applied.addAndGet(use.operations().size());
            return new Outcome.Used(use.operations().stream().map(PlayedCard.ONE::apply).toList());
        }
        if (received.request() instanceof Request.ChangePin) {
            return new Outcome.PinChanged();
        }
        return received.request() instanceof Request.Watch ? new Outcome.Watched(false) : new Outcome.LoggedIn();
    }

    private boolean rightPin(ReceivedRequest received) {
        byte[] expected = PinProof.derive(pin.toCharArray(), cards.get(0).pin(), proxy);
        return MessageDigest.isEqual(expected, received.secret().pinProof());
    }
}
