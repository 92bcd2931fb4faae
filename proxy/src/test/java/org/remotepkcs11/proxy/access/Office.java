package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinKey;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.RequestHeader;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** A proxy's access with an owner, who has a card, and users; requests are really sealed and opened. */
final class Office implements AutoCloseable, LiveCards {
    static final String CARD_PIN = "planted-card-pin-8351";
    static final String SOURCE = "memory:0001";

    final Path file;
    final SetClock clock;
    final AccessKeys keys;
    final Person olga = Person.named("olga");
    final PrivateKeyObject rsa = key("RSA", 2048);
    final PrivateKeyObject ec = key("EC", 256);
    final Set<String> absent = ConcurrentHashMap.newKeySet();
    final Map<String, List<CardState.Queued>> queues = new ConcurrentHashMap<>();
    private final AccessRules rules;
    private final AtomicLong sequence = new AtomicLong();
    private Access access;

    Office(Path file, AccessRules rules, SetClock clock) throws Exception {
        this.file = file;
        this.rules = rules;
        this.clock = clock;
        this.keys = new AccessKeys(Id.of(sha256("proxy")), Authority.create(clock.instant()), sha256("vault secret"),
                sha256("policy secret"), pair("Ed25519", 255), DelegationAuthority.create(clock.instant()));
        open();
        enroll(olga, Role.OWNER);
    }

    static Office in(Path dir) throws Exception {
        SetClock clock = new SetClock();
        return new Office(dir.resolve("store.db"), new AccessRules(3, 10_000, 5, clock), clock);
    }

    void open() throws IOException {
        access = Access.open(file, keys, rules, this);
    }

    /** By other keys. */
    void reopen(AccessKeys others) throws IOException {
        access.close();
        access = Access.open(file, others, rules, this);
    }

    /** As a second process beside the first. */
    Access beside() throws IOException {
        return Access.open(file, keys, rules, this);
    }

    Access access() {
        return access;
    }

    User enroll(Person person, Role role) throws RefusedException {
        String code = access.directory().invite(person.name(), role, Duration.ofHours(1)).code();
        return access.directory().enroll(EnrollmentCode.parse(code), person.certificate());
    }

    Person user(String name) throws RefusedException {
        Person person = Person.named(name).certifiedBy(keys.authority());
        Admission.Done done = (Admission.Done) ask(olga, new Administration.Invite(name, Role.USER, Duration.ofHours(1)),
                Secret.none());
        access.directory().enroll(EnrollmentCode.parse(((Outcome.Invited) done.outcome()).code()), person.certificate());
        return person;
    }

    ReceivedRequest request(Person person, Id operation, Request request, Secret secret) throws RefusedException {
        RequestHeader header = new RequestHeader(keys.proxy(), Fingerprint.of(person.key().getPublic()),
                request instanceof Request.Open ? Id.NONE : Id.random(),
                request instanceof Request.Open ? Id.NONE : Id.of(sha256("nonce")),
                request instanceof Request.Open ? 0 : sequence.incrementAndGet(), operation, Instant.now());
        PinKey pinKey = PinKey.fresh();
        ReceivedRequest received = ReceivedRequest.decode(
                person.sealer().seal(header, request, secret.forReader(pinKey.publicKey())).bytes());
        received.verify(person.key().getPublic());
        received.openCardPin(pinKey);
        return received;
    }

    CompletableFuture<Admission> send(Person person, Id operation, Request request, Secret secret)
            throws RefusedException {
        return access.gate().admit(person.caller(), request(person, operation, request, secret));
    }

    Admission ask(Person person, Id operation, Request request, Secret secret) throws RefusedException {
        return send(person, operation, request, secret).join();
    }

    Admission ask(Person person, Request request, Secret secret) throws RefusedException {
        return ask(person, Id.random(), request, secret);
    }

    Admission ask(Person person, Administration action, Secret secret) throws RefusedException {
        return ask(person, new Request.Administer(action), secret);
    }

    Id addCard(String label, String source) throws RefusedException {
        Admission admission = ask(olga, new Administration.AddCard(label, source, quick()),
                Secret.of(new byte[0], proof("olga"), CARD_PIN.getBytes(StandardCharsets.UTF_8)));
        try (CardCheck check = (CardCheck) admission) {
            Admission.Done done = (Admission.Done) access.gate().settle(check, description(source)).join();
            return ((Outcome.Administered) done.outcome()).id();
        }
    }

    /** @param keys that the physical card holds */
    Admission joinCard(Id card, String source, PrivateKeyObject... keys) throws RefusedException {
        Admission admission = ask(olga, new Administration.JoinCard(card, source),
                Secret.of(proof("olga"), new byte[0], CARD_PIN.getBytes(StandardCharsets.UTF_8)));
        if (admission instanceof CardCheck check) {
            return settle(check, keys);
        }
        return admission;
    }

    /** @param keys that the physical card holds now */
    Admission renewCardPin(Id card, String source, PrivateKeyObject... keys) throws RefusedException {
        return settle((CardCheck) ask(olga, new Administration.RenewCardPin(card, source),
                Secret.of(proof("olga"), new byte[0], CARD_PIN.getBytes(StandardCharsets.UTF_8))), keys);
    }

    private Admission settle(CardCheck check, PrivateKeyObject... keys) {
        try (check) {
            return access.gate().settle(check, description(check.source()).withKeys(List.of(keys))).join();
        }
    }

    Id delegate(Id card, Person to, Limits limits) throws RefusedException {
        Admission.Done done = (Admission.Done) ask(olga,
                new Administration.Delegate(card, to.name(), limits, quick()), bothProofs(to));
        return ((Outcome.Administered) done.outcome()).id();
    }

    Secret bothProofs(Person to) {
        return Secret.of(proof("olga"), proof(to.name()), new byte[0]);
    }

    Admission use(Person person, Id card, Operation... operations) throws RefusedException {
        return ask(person, use(card, operations), Secret.ofPinProof(proof(person.name())));
    }

    /** Admitted, done and concluded; or what it was denied with. */
    Admission useUp(Person person, Id card, Operation... operations) throws RefusedException {
        Admission admission = use(person, card, operations);
        if (admission instanceof Granted granted) {
            conclude(granted);
        }
        return admission;
    }

    Recorded conclude(Granted granted) {
        try (granted) {
            List<Outcome.Result> results = granted.operations().stream()
                    .map(one -> (Outcome.Result) new Outcome.Result.Output(new byte[] {1, 2, 3})).toList();
            return access.gate().conclude(granted, new Outcome.Used(results)).join();
        }
    }

    static Request use(Id card, Operation... operations) {
        return new Request.Use(card, List.of(operations), Duration.ZERO);
    }

    Operation sign() {
        return sign(sha256("a document"));
    }

    Operation sign(byte[] digest) {
        return new Operation(ec.fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS, digest);
    }

    CardDescription description(String source) {
        return new CardDescription(source, new RemoteCard.Token("token", "0001", "maker", "model"), List.of(),
                List.of(rsa, ec), Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_PKCS_PSS, Mechanisms.RSA_PKCS_OAEP,
                Mechanisms.RSA_X_509, Mechanisms.ECDSA, Mechanisms.EDDSA), PinState.OK, true);
    }

    static byte[] proof(String name) {
        return sha256("virtual pin of " + name);
    }

    static PinDerivation quick() {
        return new PinDerivation(Id.random(), 8, 1, 1);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static PrivateKeyObject key(String algorithm, int bits) {
        Set<Usage> usages = algorithm.equals("RSA") ? Set.of(Usage.SIGN, Usage.DECRYPT) : Set.of(Usage.SIGN);
        return new PrivateKeyObject(Id.of(new byte[] {(byte) bits}), algorithm + " key",
                pair(algorithm, bits).getPublic().getEncoded(), usages, Set.of());
    }

    @Override
    public List<CardSource> sources() {
        return List.of(new CardSource(SOURCE, "token", "model", false));
    }

    @Override
    public Optional<CardState> find(String source) {
        List<CardState.Queued> queue = queues.getOrDefault(source, List.of());
        MemberState state = absent.contains(source) ? MemberState.AWAY
                : queue.isEmpty() ? MemberState.FREE : MemberState.BUSY;
        return Optional.of(new CardState(description(source), state,
                queue.stream().mapToInt(CardState.Queued::waiting).sum(), queue));
    }

    @Override
    public void close() {
        access.close();
    }
}
