package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Samples.CARD;
import static org.remotepkcs11.wire.Samples.CARD_PIN;
import static org.remotepkcs11.wire.Samples.DELEGATION;
import static org.remotepkcs11.wire.Samples.DERIVATION;
import static org.remotepkcs11.wire.Samples.DIGEST;
import static org.remotepkcs11.wire.Samples.KEY;
import static org.remotepkcs11.wire.Samples.NEW_PROOF;
import static org.remotepkcs11.wire.Samples.NONE;
import static org.remotepkcs11.wire.Samples.PROOF;
import static org.remotepkcs11.wire.Samples.USER_NONCE;
import static org.remotepkcs11.wire.Samples.bytes;
import static org.remotepkcs11.wire.Samples.header;
import static org.remotepkcs11.wire.Samples.secret;
import static org.remotepkcs11.wire.Samples.sign;
import static org.remotepkcs11.wire.Samples.use;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.remotepkcs11.proto.V1;

/** Makes {@code vectors/requests.txt}: every kind of good request. */
final class RequestVectors {
    /** What a vector gives. */
    static final Set<String> INPUTS = Set.of("name", "about", "proxy-key", "user-key", "message", "padding");
    /** What it expects. */
    private static final Set<String> OUTPUTS = Set.of("expect", "detail", "hash", "input-hash", "request", "session",
            "proxy-nonce", "sequence", "operation", "time-ms", "pin-proof", "new-pin-proof", "card-pin",
            "sealed-pin");
    static final Set<String> KEYS = Stream.concat(INPUTS.stream(), OUTPUTS.stream()).collect(Collectors.toSet());

    private static final List<Vector> GOOD = good();

    private final List<Vector> vectors = new ArrayList<>();

    static List<Vector> all() {
        List<Vector> all = new ArrayList<>(GOOD);
        all.addAll(BadRequestVectors.all());
        return all;
    }

    private static List<Vector> good() {
        RequestVectors good = new RequestVectors();
        good.addUsers();
        good.addUses();
        good.addOwners();
        return good.vectors;
    }

    private void addUsers() {
        add("open", "U asks for a session; it knows nothing of before", new Request.Open(USER_NONCE, "", 0), NONE, NONE, NONE);
        add("open-known", "U remembers a snapshot and a tree head",
                new Request.Open(USER_NONCE, "v7", 1000), NONE, NONE, NONE);
        add("login", "U asks to confirm a PIN proof", new Request.Login(CARD), PROOF, NONE, NONE);
        add("change-pin", "U asks to replace its PIN", new Request.ChangePin(CARD, DERIVATION), PROOF, NEW_PROOF, NONE);
        add("watch", "U asks to be told of a change", new Request.Watch("v7", Duration.ofSeconds(60)), NONE, NONE, NONE);
        add("renew-certificate", "U asks for a new certificate; what the certification request holds is looked at later",
                new Request.RenewCertificate(bytes(40, 0x30)), NONE, NONE, NONE);
        add("read-log", "an auditor's request", new Request.ReadLog(500, 1000), NONE, NONE, NONE);
        for (String key : List.of("user-p256", "user-rsa")) {
            add("login-" + key, "as login, signed by another type of key", key, new Request.Login(CARD), secret(PROOF, NONE, NONE));
        }
        RequestHeader now = header("user-ed25519", false);
        add(start("login-other-clock", "U's clock says 1970; no check depends on it", "user-ed25519", NONE),
                new RequestHeader(now.proxy(), now.user(), now.session(), now.proxyNonce(), now.sequence(), now.operation(),
                        Instant.EPOCH), new Request.Login(CARD), secret(PROOF, NONE, NONE));
        add("login-without-proof", "U asks without a proof; the pipeline refuses it later: PIN_MISSING",
                new Request.Login(CARD), NONE, NONE, NONE);
    }

    private void addUses() {
        add("use-sign", "U asks for one RSA PKCS #1 signature", use(sign(Mechanisms.RSA_PKCS, Operation.NO_PARAMETERS)),
                PROOF, NONE, NONE);
        add("use-to-be-signed", "U sends along what the digest is of", new Request.Use(CARD,
                List.of(sign(Mechanisms.ECDSA, Operation.NO_PARAMETERS).with(new byte[] {0x31, 0})),
                Duration.ofSeconds(5)),
                PROOF, NONE, NONE);
        Operation decrypt = new Operation(KEY, Operation.Kind.DECRYPT, Mechanisms.RSA_PKCS_OAEP,
                new Operation.Parameters.Oaep(Mechanisms.SHA256, Mechanisms.MGF1_SHA256, "label".getBytes()), DIGEST);
        Operation derive = new Operation(KEY, Operation.Kind.DERIVE, Mechanisms.ECDH1_DERIVE,
                new Operation.Parameters.Ecdh(bytes(65, 4)), NONE);
        add("use-many", "one signature of U covers several operations", use(
                sign(Mechanisms.RSA_PKCS_PSS, new Operation.Parameters.Pss(Mechanisms.SHA256, Mechanisms.MGF1_SHA256, 32)),
                sign(Mechanisms.EDDSA, Operation.NO_PARAMETERS), decrypt, derive), PROOF, NONE, NONE);
        add("use-later", "as use-sign with another deadline: the same input", new Request.Use(CARD,
                List.of(sign(Mechanisms.RSA_PKCS, Operation.NO_PARAMETERS)), Duration.ofSeconds(9)),
                PROOF, NONE, NONE);
    }

    private void addOwners() {
        Limits limits = new Limits(Optional.of(Instant.ofEpochMilli(1_767_225_600_000L)),
                Optional.of(Instant.ofEpochMilli(1_798_761_600_000L)), 100, Set.of(KEY), Set.of(Mechanisms.RSA_PKCS),
                Set.of(Operation.Kind.SIGN), Set.of(Id.of(DIGEST)));
        administer("invite", new Administration.Invite("alice", Role.USER, Duration.ofHours(1)), NONE, NONE, NONE);
        administer("replace-key", new Administration.ReplaceKey("alice", Duration.ofHours(1)), NONE, NONE, NONE);
        administer("add-card", new Administration.AddCard("seal", "softhsm:1234", DERIVATION), NONE, NEW_PROOF, CARD_PIN);
        administer("remove-card", new Administration.RemoveCard(CARD), NONE, NONE, NONE);
        administer("delegate", new Administration.Delegate(CARD, "alice", limits, DERIVATION), PROOF, NEW_PROOF, NONE);
        administer("delegate-unlimited", new Administration.Delegate(CARD, "alice", Limits.NONE, DERIVATION), PROOF,
                NEW_PROOF, NONE);
        WeeklyHours hours = new WeeklyHours(ZoneId.of("Europe/Rome"),
                List.of(new WeeklyHours.Span(Set.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY), 540, 1020)));
        administer("delegate-hours", new Administration.Delegate(CARD, "alice",
                Limits.NONE.withHours(hours).withWarranty(), DERIVATION), PROOF, NEW_PROOF, NONE);
        administer("delegate-approve", new Administration.Delegate(CARD, "alice",
                Limits.NONE.withApproval(Duration.ofMinutes(5)), DERIVATION), PROOF, NEW_PROOF, NONE);
        add("delegate-delivered", "an owner's request; the user's PIN goes along, sealed to the user", "user-ed25519",
                new Request.Administer(new Administration.Delegate(CARD, "alice", Limits.NONE, DERIVATION)),
                secret(PROOF, NEW_PROOF, NONE).withSealedPin(bytes(200, 0x30)));
        administer("list-approvals", new Administration.ListApprovals(), NONE, NONE, NONE);
        administer("approve", new Administration.Decide(DELEGATION, CARD, KEY, true), PROOF, NONE, NONE);
        administer("deny", new Administration.Decide(DELEGATION, CARD, KEY, false), NONE, NONE, NONE);
        administer("revoke", new Administration.Revoke(DELEGATION), NONE, NONE, NONE);
        administer("unlock", new Administration.Unlock(DELEGATION), NONE, NONE, NONE);
        administer("list-state", new Administration.ListState(), NONE, NONE, NONE);
        administer("disable-user", new Administration.DisableUser("alice"), NONE, NONE, NONE);
        administer("renew-card-pin", new Administration.RenewCardPin(CARD, ""), PROOF, NONE, CARD_PIN);
        administer("renew-card-pin-of-a-member", new Administration.RenewCardPin(CARD, "softhsm:5678"), PROOF, NONE,
                CARD_PIN);
        administer("join-card", new Administration.JoinCard(CARD, "softhsm:5678"), PROOF, NONE, CARD_PIN);
        administer("leave-card", new Administration.LeaveCard(CARD, "softhsm:5678"), NONE, NONE, NONE);
    }

    private void administer(String name, Administration action, byte[]... secret) {
        add(name, "an owner's request", new Request.Administer(action), secret);
    }

    private void add(String name, String about, Request request, byte[]... secret) {
        add(name, about, "user-ed25519", request, secret(secret[0], secret[1], secret[2]));
    }

    private void add(String name, String about, String userKey, Request request, Secret secret) {
        add(start(name, about, userKey, NONE), header(userKey, request instanceof Request.Open), request, secret);
    }

    private void add(Vector vector, RequestHeader header, Request request, Secret secret) {
        byte[] secretBytes = SecretCodec.encode(travelling(header, request, secret));
        ByteString commitment = secretBytes.length == 0 ? ByteString.EMPTY
                : ByteString.copyFrom(Fingerprint.sha256(secretBytes));
        byte[] body = RequestCodec.encode(header, request, commitment);
        byte[] signature = TestKey.of(vector.text("user-key")).sign(Prefix.REQUEST, body);
        vectors.add(described(vector.with("message", Envelope.write(body, signature, secretBytes))));
    }

    /** Sealed with a key that is the same each time. */
    static Secret travelling(RequestHeader header, Request request, Secret secret) {
        return secret.cardPin().length == 0 ? secret : secret.withCardPin(CardPinSeal.seal(secret.cardPin(),
                TestKey.of("proxy-x25519").pinKey().publicKey(), RequestSealer.bound(header, request),
                TestKey.of("ephemeral-x25519").agreement()));
    }

    static Vector start(String name, String about, String userKey, byte[] message) {
        return Vector.of(name, about).with("proxy-key", "proxy-ed25519").with("user-key", userKey).with("message", message);
    }

    /** With what the message says, as the code under test reads it. */
    static Vector described(Vector vector) {
        try (ReceivedRequest request = ReceivedRequest.decode(vector.hex("message"))) {
            request.verify(TestKey.of(vector.text("user-key")).publicKey());
            request.openCardPin(TestKey.of("proxy-x25519").pinKey());
            describe(request).values().forEach(vector::with);
            return vector;
        } catch (RefusedException e) {
            throw new AssertionError(vector + " is refused", e);
        }
    }

    /** What a good vector expects. */
    static Vector describe(ReceivedRequest request) {
        RequestHeader header = request.header();
        Request what = request.request();
        String kind = what instanceof Request.Administer act ? act.action().getClass().getSimpleName()
                : what.getClass().getSimpleName();
        Vector vector = new Vector(new LinkedHashMap<>());
        vector.with("expect", "ok").with("hash", request.hash().bytes()).with("input-hash", request.inputHash().bytes());
        vector.with("request", kind).with("session", header.session().bytes())
                .with("proxy-nonce", header.proxyNonce().bytes()).with("sequence", Long.toString(header.sequence()))
                .with("operation", header.operation().bytes()).with("time-ms", Long.toString(header.time().toEpochMilli()))
                .with("pin-proof", request.secret().pinProof()).with("new-pin-proof", request.secret().newPinProof())
                .with("card-pin", request.secret().cardPin()).with("sealed-pin", request.secret().sealedPin());
        return vector;
    }

    /** A good body to be spoilt. */
    static V1.RequestBody.Builder body(String vector) {
        try {
            byte[] message = named(vector).hex("message");
            Envelope envelope = Envelope.ofRequest(message);
            return V1.RequestBody.parseFrom(envelope.body()).toBuilder();
        } catch (InvalidProtocolBufferException | RefusedException e) {
            throw new AssertionError(e);
        }
    }

    static Vector named(String name) {
        return GOOD.stream().filter(vector -> vector.text("name").equals(name)).findFirst().orElseThrow();
    }
}
