package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Samples.CARD;
import static org.remotepkcs11.wire.Samples.DELEGATION;
import static org.remotepkcs11.wire.Samples.DERIVATION;
import static org.remotepkcs11.wire.Samples.KEY;
import static org.remotepkcs11.wire.Samples.PROXY_NONCE;
import static org.remotepkcs11.wire.Samples.SESSION;
import static org.remotepkcs11.wire.Samples.USER_NONCE;
import static org.remotepkcs11.wire.Samples.bytes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes {@code vectors/replies.txt}: a good reply to every kind of request. */
final class ReplyVectors {
    /** What a vector gives. */
    static final Set<String> INPUTS = Set.of("name", "about", "proxy-key", "log-key", "asked", "message");
    /** What it expects. */
    private static final Set<String> OUTPUTS = Set.of("expect", "detail", "outcome", "request-hash", "session", "sequence",
            "time-ms", "snapshot-version", "log-index", "loads", "code", "tries-left", "retry-after-ms");
    static final Set<String> KEYS = Stream.concat(INPUTS.stream(), OUTPUTS.stream()).collect(Collectors.toSet());
    static final byte[] LEAF = MerkleProofs.leafHash(bytes(3, 1));
    static final byte[] SIBLING = MerkleProofs.leafHash(bytes(3, 2));
    private static final Instant TIME = Instant.ofEpochMilli(1_767_225_600_500L);
    private static final byte[] NO_SECRET = {};
    private static final Id PIN_KEY = TestKey.of("proxy-x25519").pinKey().publicKey();

    private static final List<Vector> GOOD = good();

    private final List<Vector> vectors = new ArrayList<>();

    static List<Vector> all() {
        List<Vector> all = new ArrayList<>(GOOD);
        all.addAll(BadReplyVectors.all());
        return all;
    }

    private static List<Vector> good() {
        ReplyVectors good = new ReplyVectors();
        good.addUsers();
        good.addOwners();
        return good.vectors;
    }

    static Vector named(String name) {
        return GOOD.stream().filter(vector -> vector.text("name").equals(name)).findFirst().orElseThrow();
    }

    /** The request of that name in {@code requests.txt}. */
    static SealedRequest asked(String name) {
        byte[] message = RequestVectors.named(name).hex("message");
        try (ReceivedRequest request = ReceivedRequest.decode(message.clone())) {
            return new SealedRequest(request.header(), request.request(), message, request.hash());
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void addUsers() {
        RemoteCard.Token token = new RemoteCard.Token("seal", "1234", "SoftHSM project", "SoftHSM v2");
        CertificateObject certificate = new CertificateObject(Id.of(bytes(1, 1)), "seal", bytes(40, 0x30));
        PrivateKeyObject key = new PrivateKeyObject(Id.of(bytes(1, 1)), "seal", TestKey.of("user-rsa").publicKey().getEncoded(),
                Set.of(PrivateKeyObject.Usage.SIGN, PrivateKeyObject.Usage.SENSITIVE), Set.of(Mechanisms.RSA_PKCS));
        RemoteCard card = new RemoteCard(CARD, token, "olga", DELEGATION, DERIVATION, PinState.COUNT_LOW, true,
                Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_PKCS_PSS), List.of(certificate), List.of(key),
                Optional.empty(), Optional.of(Instant.ofEpochMilli(1_798_761_600_000L)));
        add("opened", "P opens a session and shows one card", "open", new Outcome.Opened(SESSION, PROXY_NONCE, USER_NONCE,
                Optional.of(new Snapshot("v8", List.of(card))), List.of(), Duration.ofMinutes(30), PIN_KEY));
        RemoteCard.Approval approval = new RemoteCard.Approval(Duration.ofMinutes(5),
                List.of(new RemoteCard.Waiting(SESSION, TIME.plusSeconds(300))));
        add("opened-approval", "as opened, for a card whose owner approves each use", "open", new Outcome.Opened(SESSION,
                PROXY_NONCE, USER_NONCE, Optional.of(new Snapshot("v8", List.of(new RemoteCard(CARD, token, "olga",
                DELEGATION, DERIVATION, PinState.OK, true, Set.of(), List.of(), List.of(), Optional.empty(),
                Optional.empty(), true, approval, bytes(40, 0x30), List.of())))), List.of(), Duration.ofMinutes(30), PIN_KEY));
        RemoteCard bare = new RemoteCard(CARD, token, "olga", DELEGATION, DERIVATION, PinState.OK, true, Set.of(),
                List.of(), List.of(), Optional.empty(), Optional.empty(), false, RemoteCard.Approval.NONE, new byte[0],
                List.of(new KeySet(true, card.mechanisms(), card.certificates(), card.keys()),
                        new KeySet(false, Set.of(Mechanisms.ECDSA), List.of(), List.of(new PrivateKeyObject(
                                Id.of(bytes(1, 2)), "seal", TestKey.of("user-p256").publicKey().getEncoded(),
                                Set.of(PrivateKeyObject.Usage.SIGN), Set.of())))));
        addWithLoads("opened-key-sets", "a card of two key sets, one of which is away, and how busy they are", "open",
                new Outcome.Opened(SESSION, PROXY_NONCE, USER_NONCE, Optional.of(new Snapshot("v8", List.of(bare))),
                        List.of(), Duration.ofMinutes(30), PIN_KEY),
                new CardLoad(CARD, List.of(new CardLoad.SetLoad(3, false), new CardLoad.SetLoad(0, true)), 7, 2, 1));
        addWithLoads("logged-in-load", "P confirms the proof; one operation waits for the card", "login",
                new Outcome.LoggedIn(), new CardLoad(CARD, List.of(new CardLoad.SetLoad(1, false)), 0, 0, 0));
        add("opened-known", "the snapshot that U knows is still true", "open-known", new Outcome.Opened(SESSION, PROXY_NONCE,
                USER_NONCE, Optional.empty(), List.of(bytes(32, 1)), Duration.ofMinutes(30), PIN_KEY));
        add("logged-in", "P confirms the proof", "login", new Outcome.LoggedIn());
        add("logged-in-proxy-p256", "as logged-in, signed by another type of key", "proxy-p256", "login", new Outcome.LoggedIn());
        add("logged-in-proxy-rsa", "as logged-in, signed by another type of key", "proxy-rsa", "login", new Outcome.LoggedIn());
        Outcome.Result output = new Outcome.Result.Output(bytes(64, 0));
        Outcome.Result failed = new Outcome.Result.Failed(
                new Refusal(ErrorCode.CARD_BUSY, "too many wait", 0, Duration.ofSeconds(2)));
        add("used", "the card made a signature", "use-sign", new Outcome.Used(List.of(output)));
        add("used-partly", "one of four operations failed", "use-many", new Outcome.Used(List.of(output, output, failed, output)));
        add("pin-changed", "the PIN is replaced", "change-pin", new Outcome.PinChanged());
        add("certificate-renewed", "a chain of two", "renew-certificate",
                new Outcome.CertificateRenewed(List.of(bytes(40, 1), bytes(40, 2))));
        add("log-read", "two of the entries", "read-log", new Outcome.LogRead(List.of(bytes(40, 1), bytes(40, 2))));
        add("watched", "the snapshot changed", "watch", new Outcome.Watched(true));
        add("refused", "the PIN is wrong", "login", new Outcome.Refused(
                new Refusal(ErrorCode.PIN_WRONG, "the virtual pin is wrong; 4 tries are left", 4, Duration.ZERO)));
        add("refused-busy", "to be asked again later", "use-sign", new Outcome.Refused(
                new Refusal(ErrorCode.PROXY_BUSY, "too many requests are under way", 0, Duration.ofMillis(1500))));
        Refusal unreadable = Refusal.of(ErrorCode.MESSAGE_MALFORMED, "the envelope is cut off");
        ReplyHeader unread = new ReplyHeader(Id.NONE, TestKey.of("proxy-ed25519").fingerprint(), Id.NONE, Id.NONE, 0, TIME,
                ReplyHeader.LogPosition.NONE, "");
        add("refused-unread", "P could not read the request", "proxy-ed25519", "login",
                seal("proxy-ed25519", unread, new Outcome.Refused(unreadable)));
    }

    private void addOwners() {
        add("invited", "a code for a person", "invite",
                new Outcome.Invited("K7QF-0000", Instant.ofEpochMilli(1_767_229_200_000L)));
        add("key-replaced", "a code for a person who is enrolled", "replace-key",
                new Outcome.Invited("K7QF-0000", Instant.ofEpochMilli(1_767_229_200_000L)));
        for (String asked : List.of("add-card", "delegate")) {
            add(asked + "-done", "something was made", asked, new Outcome.Administered(CARD));
        }
        for (String asked : List.of("remove-card", "revoke", "unlock", "disable-user", "renew-card-pin", "approve",
                "deny", "join-card", "leave-card")) {
            add(asked + "-done", "nothing was made", asked, new Outcome.Administered(Id.NONE));
        }
        ProxyState state = new ProxyState(List.of(new ProxyState.CardSource("softhsm:1234", "seal", "SoftHSM v2", true)),
                List.of(new ProxyState.OwnedCard(CARD, "seal", "olga",
                        List.of(new ProxyState.CardMember("softhsm:1234", MemberState.BUSY, 3, List.of()),
                                new ProxyState.CardMember("softhsm:5678", MemberState.AWAY, 0, List.of())),
                        List.of(new ProxyState.QueuedUser("alice", 2, 1)), Optional.of(DERIVATION), DELEGATION)),
                List.of(new ProxyState.UserState("alice", Role.USER, KEY, false, bytes(40, 0x30))),
                List.of(new ProxyState.DelegationState(DELEGATION, CARD, "alice", Limits.NONE, 12, PinState.OK, false)));
        Operation sign = new Operation(KEY, Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS, new byte[0]);
        Operation derive = new Operation(KEY, Operation.Kind.DERIVE, Mechanisms.ECDH1_DERIVE,
                new Operation.Parameters.Ecdh(bytes(65, 4)), new byte[0]);
        add("approvals-listed", "two operations wait for the owner, one was approved", "list-approvals",
                new Outcome.ApprovalsListed(List.of(
                        approval(new Approval.Asked("seal", sign, KEY, List.of(KEY), Id.NONE)),
                        approval(new Approval.Asked("seal", sign, KEY, List.of(), KEY)),
                        approval(new Approval.Asked("se\nal", derive, KEY, List.of(), Id.NONE))
                                .approved(TIME.plusSeconds(600)))));
        add("listed", "what the owner governs", "list-state", new Outcome.Listed(state));
    }

    private static Approval approval(Approval.Asked asked) {
        return new Approval(CARD, DELEGATION, CARD, KEY, "alice", "seal", List.of(asked), TIME,
                TIME.plusSeconds(300), false);
    }

    private void add(String name, String about, String asked, Outcome outcome) {
        add(name, about, "proxy-ed25519", asked, outcome);
    }

    private void addWithLoads(String name, String about, String asked, Outcome outcome, CardLoad load) {
        ReplyHeader plain = header("proxy-ed25519", asked, outcome);
        add(name, about, "proxy-ed25519", asked, seal("proxy-ed25519", new ReplyHeader(plain.requestHash(),
                plain.proxy(), plain.user(), plain.session(), plain.sequence(), plain.time(), plain.log(),
                plain.snapshotVersion(), List.of(load)), outcome));
    }

    private void add(String name, String about, String proxyKey, String asked, Outcome outcome) {
        add(name, about, proxyKey, asked, seal(proxyKey, header(proxyKey, asked, outcome), outcome));
    }

    private void add(String name, String about, String proxyKey, String asked, byte[] message) {
        Vector vector = start(name, about, proxyKey, asked, message);
        ReplyVectorsTest.opened(vector).values().forEach(vector::with);
        if (!vector.text("expect").equals("ok")) {
            throw new AssertionError(vector.values());
        }
        vectors.add(vector);
    }

    static Vector start(String name, String about, String proxyKey, String asked, byte[] message) {
        return Vector.of(name, about).with("proxy-key", proxyKey).with("log-key", "log-ed25519").with("asked", asked)
                .with("message", message);
    }

    private static byte[] seal(String proxyKey, ReplyHeader header, Outcome outcome) {
        byte[] body = ReplyCodec.encode(header, outcome);
        return Envelope.write(body, TestKey.of(proxyKey).sign(Prefix.REPLY, body), NO_SECRET);
    }

    static ReplyHeader header(String proxyKey, String asked, Outcome outcome) {
        Id proxy = TestKey.of(proxyKey).fingerprint();
        SealedRequest request = asked(asked);
        Id session = outcome instanceof Outcome.Opened opened ? opened.session() : request.header().session();
        return new ReplyHeader(request.hash(), proxy, request.header().user(), session,
                request.header().sequence(), TIME, position("log-ed25519", proxy), "v8");
    }

    /** The second of two entries. */
    static ReplyHeader.LogPosition position(String logKey, Id proxy) {
        TestKey log = TestKey.of(logKey);
        Id root = Id.of(MerkleProofs.nodeHash(SIBLING, LEAF));
        String origin = Checkpoint.originOf(proxy);
        String head = new Checkpoint(origin, 2, root).sign(NoteSigner.of(origin, log.privateKey(), log.publicKey()));
        return new ReplyHeader.LogPosition(1, head, List.of(SIBLING), Id.of(LEAF));
    }

    /** What a good vector expects. */
    static Vector describe(Reply reply) {
        ReplyHeader header = reply.header();
        Vector vector = new Vector(new LinkedHashMap<>());
        vector.with("expect", "ok").with("outcome", reply.outcome().getClass().getSimpleName())
                .with("request-hash", header.requestHash().bytes()).with("session", header.session().bytes())
                .with("sequence", Long.toString(header.sequence()))
                .with("time-ms", Long.toString(header.time().toEpochMilli()))
                .with("snapshot-version", header.snapshotVersion())
                .with("log-index", header.log().treeHead().isEmpty() ? "" : Long.toString(header.log().index()));
        vector.with("loads", header.loads().stream().map(ReplyVectors::describe).collect(Collectors.joining("; ")));
        if (reply.outcome() instanceof Outcome.Refused refused) {
            vector.with("code", refused.refusal().code().name())
                    .with("tries-left", Integer.toString(refused.refusal().triesLeft()))
                    .with("retry-after-ms", Long.toString(refused.refusal().retryAfter().toMillis()));
        }
        return vector;
    }

    private static String describe(CardLoad load) {
        String sets = load.sets().stream().map(set -> set.waiting() + (set.failing() ? " failing" : ""))
                .collect(Collectors.joining(", "));
        return load.card() + ": " + sets + "; turn " + load.turn() + ", waiting " + load.waiting() + ", place " + load.place();
    }
}
