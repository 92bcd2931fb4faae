package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.ErrorCode.MESSAGE_MALFORMED;
import static org.remotepkcs11.wire.ErrorCode.MESSAGE_TOO_LARGE;
import static org.remotepkcs11.wire.ErrorCode.SECRET_MISMATCH;
import static org.remotepkcs11.wire.ErrorCode.SIGNATURE_WRONG;
import static org.remotepkcs11.wire.ErrorCode.VERSION_UNSUPPORTED;
import static org.remotepkcs11.wire.ErrorCode.WRONG_PROXY;
import static org.remotepkcs11.wire.Samples.CARD;
import static org.remotepkcs11.wire.Samples.CARD_PIN;
import static org.remotepkcs11.wire.Samples.DELEGATION;
import static org.remotepkcs11.wire.Samples.NEW_PROOF;
import static org.remotepkcs11.wire.Samples.NONE;
import static org.remotepkcs11.wire.Samples.PROOF;
import static org.remotepkcs11.wire.Samples.bytes;
import static org.remotepkcs11.wire.Samples.flipped;
import static org.remotepkcs11.wire.Samples.header;
import static org.remotepkcs11.wire.Samples.joined;
import static org.remotepkcs11.wire.Samples.secret;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.remotepkcs11.proto.V1;

/** Makes the bad ones of {@code vectors/requests.txt}: what each check refuses, check by check. */
final class BadRequestVectors {
    private static final UnknownFieldSet UNKNOWN = UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();

    private final List<Vector> vectors = new ArrayList<>();
    private final byte[] login = RequestVectors.named("login").hex("message");
    private final Envelope parts = envelope(login);

    static List<Vector> all() {
        BadRequestVectors bad = new BadRequestVectors();
        bad.addEnvelopes();
        bad.addBodies();
        bad.addHeaders();
        bad.addMatters();
        bad.addSecrets();
        bad.addSignatures();
        return bad.vectors;
    }

    private static Envelope envelope(byte[] message) {
        try {
            return Envelope.ofRequest(message);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void addEnvelopes() {
        byte[] body = parts.body();
        byte[] signature = parts.signature();
        byte[] junk = {0x22, 1, 0};
        add(MESSAGE_MALFORMED, "empty", "no bytes at all", NONE);
        add(MESSAGE_MALFORMED, "cut-in-envelope", "the last byte is missing", Arrays.copyOf(login, login.length - 1));
        add(MESSAGE_MALFORMED, "cut-after-body", "signature and secret are missing", Envelope.write(body, NONE, NONE));
        add(MESSAGE_MALFORMED, "envelope-unknown-field", "a field 4 follows", joined(login, junk));
        add(MESSAGE_MALFORMED, "envelope-trailing-zero", "a zero byte follows", joined(login, new byte[1]));
        add(MESSAGE_MALFORMED, "envelope-body-twice", "the body comes twice",
                joined(Envelope.write(body, NONE, NONE), login));
        add(MESSAGE_MALFORMED, "envelope-out-of-order", "the signature comes before the body",
                joined(Envelope.write(NONE, signature, NONE), Envelope.write(body, NONE, NONE)));
        add(MESSAGE_MALFORMED, "envelope-long-length", "a length in more bytes than it needs",
                joined(new byte[] {0x0A, (byte) (body.length & 0x7F | 0x80), (byte) (body.length >> 7 | 0x80), 0},
                        body, Envelope.write(NONE, signature, NONE)));
        add(MESSAGE_MALFORMED, "envelope-varint-body", "the body is a number", new byte[] {8, 1, 0x12, 1, 0});
        add(MESSAGE_MALFORMED, "signature-too-long", "a signature of 2049 bytes",
                Envelope.write(body, new byte[MessageBounds.MAX_SIGNATURE_BYTES + 1], NONE));
        Vector large = RequestVectors.start("too-large", "login and zeros up to one byte more than a MiB", "user-ed25519",
                login).with("padding", Integer.toString(MessageBounds.MAX_REQUEST_BYTES + 1 - login.length));
        vectors.add(large.with("expect", MESSAGE_TOO_LARGE.name()));
    }

    private void addBodies() {
        spoil(MESSAGE_MALFORMED, "body-unknown-field", "login", body -> body.setUnknownFields(UNKNOWN));
        spoil(MESSAGE_MALFORMED, "login-unknown-field", "login", body -> body.getLoginBuilder().setUnknownFields(UNKNOWN));
        spoil(MESSAGE_MALFORMED, "operation-unknown-field", "use-sign",
                body -> body.getUseBuilder().getOperationsBuilder(0).setUnknownFields(UNKNOWN));
        spoil(MESSAGE_MALFORMED, "no-request", "login", V1.RequestBody.Builder::clearRequest);
        spoil(VERSION_UNSUPPORTED, "version-missing", "login", V1.RequestBody.Builder::clearVersion);
        spoil(VERSION_UNSUPPORTED, "version-2", "login", body -> body.setVersion(2));
        byte[] body = parts.body();
        sealed(MESSAGE_MALFORMED, "body-junk", "the body is no message", new byte[] {0x0F, 0x0F});
        sealed(MESSAGE_MALFORMED, "body-cut", "the body lacks its last byte", Arrays.copyOf(body, body.length - 1));
        sealed(MESSAGE_MALFORMED, "body-two-requests", "a watch follows the login",
                joined(body, new byte[] {(byte) 0xA2, 1, 0}));
        sealed(MESSAGE_MALFORMED, "body-version-twice", "the version comes twice", joined(new byte[] {8, 1}, body));
        sealed(MESSAGE_MALFORMED, "body-out-of-order", "the version comes last",
                joined(Arrays.copyOfRange(body, 2, body.length), new byte[] {8, 1}));
        byte[] watch = RequestVectors.body("watch").build().toByteArray();
        watch[indexOf(watch, 'v')] = (byte) 0xC3;
        sealed(MESSAGE_MALFORMED, "text-not-utf8", "as watch, but the version is no UTF-8", watch);
    }

    private static int indexOf(byte[] bytes, char character) {
        return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(character);
    }

    private void addHeaders() {
        spoil(WRONG_PROXY, "another-proxy", "login", body -> body.setProxy(any(32)));
        spoil(MESSAGE_MALFORMED, "proxy-31-bytes", "login", body -> body.setProxy(any(31)));
        spoil(MESSAGE_MALFORMED, "user-missing", "login", V1.RequestBody.Builder::clearUser);
        spoil(MESSAGE_MALFORMED, "session-15-bytes", "login", body -> body.setSession(any(15)));
        spoil(MESSAGE_MALFORMED, "session-missing", "login", V1.RequestBody.Builder::clearSession);
        spoil(MESSAGE_MALFORMED, "session-in-open", "open", body -> body.setSession(any(16)));
        spoil(MESSAGE_MALFORMED, "nonce-33-bytes", "login", body -> body.setProxyNonce(any(33)));
        spoil(MESSAGE_MALFORMED, "nonce-in-open", "open", body -> body.setProxyNonce(any(32)));
        spoil(MESSAGE_MALFORMED, "sequence-0", "login", body -> body.setSequence(0));
        spoil(MESSAGE_MALFORMED, "sequence-in-open", "open", body -> body.setSequence(1));
        spoil(MESSAGE_MALFORMED, "sequence-2-63", "login", body -> body.setSequence(Long.MIN_VALUE));
        spoil(MESSAGE_MALFORMED, "operation-missing", "login", V1.RequestBody.Builder::clearOperation);
        spoil(MESSAGE_MALFORMED, "commitment-31-bytes", "login", body -> body.setSecretCommitment(any(31)));
    }

    private static ByteString any(int length) {
        return ByteString.copyFrom(bytes(length, 1));
    }

    private void addMatters() {
        spoil(MESSAGE_MALFORMED, "card-missing", "login", body -> body.getLoginBuilder().clearCard());
        spoil(MESSAGE_MALFORMED, "user-nonce-missing", "open", body -> body.getOpenBuilder().clearUserNonce());
        spoil(MESSAGE_MALFORMED, "no-operations", "use-sign", body -> body.getUseBuilder().clearOperations());
        spoil(MESSAGE_MALFORMED, "65-operations", "use-sign", body -> {
            V1.Operation.Builder small = body.getUse().getOperations(0).toBuilder().clearInput();
            for (int i = 0; i < MessageBounds.MAX_OPERATIONS; i++) {
                body.getUseBuilder().addOperations(small);
            }
        });
        spoil(MESSAGE_MALFORMED, "kind-missing", "use-sign", body -> operation(body).clearKind());
        spoil(MESSAGE_MALFORMED, "kind-unknown", "use-sign", body -> operation(body).setKindValue(4));
        spoil(MESSAGE_MALFORMED, "key-20-bytes", "use-sign", body -> operation(body).setKey(any(20)));
        spoil(MESSAGE_MALFORMED, "salt-too-long", "use-many", body -> operation(body).getPssBuilder().setSaltLength(513));
        spoil(MESSAGE_MALFORMED, "point-missing", "use-many",
                body -> body.getUseBuilder().getOperationsBuilder(3).getEcdhBuilder().clearPublicPoint());
        spoil(MESSAGE_MALFORMED, "deadline-too-long", "use-sign",
                body -> body.getUseBuilder().setDeadlineMs(MessageBounds.MAX_WAIT_MS + 1));
        spoil(MESSAGE_MALFORMED, "derivation-missing", "change-pin", body -> body.getChangePinBuilder().clearNewDerivation());
        spoil(MESSAGE_MALFORMED, "derivation-too-dear", "change-pin",
                body -> body.getChangePinBuilder().getNewDerivationBuilder().setMemoryKib(1 << 21));
        spoil(MESSAGE_MALFORMED, "no-action", "list-state", body -> body.getAdministerBuilder().clearAction());
        spoil(MESSAGE_MALFORMED, "role-unknown", "invite",
                body -> body.getAdministerBuilder().getInviteBuilder().setRoleValue(5));
        spoil(MESSAGE_MALFORMED, "name-empty", "invite", body -> body.getAdministerBuilder().getInviteBuilder().clearName());
        spoil(MESSAGE_MALFORMED, "name-with-escape", "invite",
                body -> body.getAdministerBuilder().getInviteBuilder().setName("alice\u001b[2J"));
        spoil(MESSAGE_MALFORMED, "name-too-long", "disable-user",
                body -> body.getAdministerBuilder().getDisableUserBuilder().setName("a".repeat(257)));
        spoil(MESSAGE_MALFORMED, "limit-twice", "delegate", body -> body.getAdministerBuilder().getDelegateBuilder()
                .getLimitsBuilder().addMechanisms(Mechanisms.RSA_PKCS));
        spoil(MESSAGE_MALFORMED, "limit-digest-31-bytes", "delegate", body -> body.getAdministerBuilder()
                .getDelegateBuilder().getLimitsBuilder().addDocumentDigests(any(31)));
    }

    private static V1.Operation.Builder operation(V1.RequestBody.Builder body) {
        return body.getUseBuilder().getOperationsBuilder(0);
    }

    private void addSecrets() {
        byte[] body = parts.body();
        byte[] signature = parts.signature();
        byte[] secret = SecretCodec.encode(secret(PROOF, NONE, NONE));
        add(SECRET_MISMATCH, "secret-missing", "the signed commitment has no secret", Envelope.write(body, signature, NONE));
        add(SECRET_MISMATCH, "secret-changed", "one bit of the proof is another",
                Envelope.write(body, signature, flipped(secret, 8 * secret.length - 1)));
        withSecret(SECRET_MISMATCH, "secret-not-signed", V1.RequestBody.Builder::clearSecretCommitment, secret);
        withSecret(MESSAGE_MALFORMED, "secret-junk", body2 -> { }, new byte[] {1, 2, 3});
        withSecret(MESSAGE_MALFORMED, "secret-cut", body2 -> { }, Arrays.copyOf(secret, secret.length - 1));
        withSecret(MESSAGE_MALFORMED, "secret-without-blinding", body2 -> { },
                SecretCodec.encode(new Secret(NONE, PROOF, NONE, NONE)));
        withSecret(MESSAGE_MALFORMED, "proof-31-bytes", body2 -> { },
                SecretCodec.encode(new Secret(bytes(32, 0), bytes(31, 0), NONE, NONE)));
        withSecret(MESSAGE_MALFORMED, "secret-without-meaning", body2 -> { },
                SecretCodec.encode(secret(PROOF, NEW_PROOF, NONE)));
        addCardPins();
    }

    private void addCardPins() {
        Request renew = new Request.Administer(new Administration.RenewCardPin(CARD, ""));
        Request another = new Request.Administer(new Administration.RenewCardPin(DELEGATION, ""));
        RequestHeader header = header("user-ed25519", false);
        Secret moved = RequestVectors.travelling(header, another, secret(PROOF, NONE, CARD_PIN));
        withSecret(SECRET_MISMATCH, "card-pin-of-another-card", "renew-card-pin", body -> { }, SecretCodec.encode(moved));
        RequestHeader later = new RequestHeader(header.proxy(), header.user(), header.session(), header.proxyNonce(),
                header.sequence() + 1, header.operation(), header.time());
        Secret repeated = RequestVectors.travelling(later, renew, secret(PROOF, NONE, CARD_PIN));
        withSecret(SECRET_MISMATCH, "card-pin-of-another-sequence", "renew-card-pin", body -> { },
                SecretCodec.encode(repeated));
        withSecret(MESSAGE_MALFORMED, "card-pin-not-sealed", "renew-card-pin", body -> { },
                SecretCodec.encode(secret(PROOF, NONE, CARD_PIN)));
    }

    private void withSecret(ErrorCode expected, String name, Consumer<V1.RequestBody.Builder> change, byte[] secret) {
        withSecret(expected, name, "login", change, secret);
    }

    private void withSecret(ErrorCode expected, String name, String request, Consumer<V1.RequestBody.Builder> change,
                            byte[] secret) {
        V1.RequestBody.Builder body = RequestVectors.body(request);
        body.setSecretCommitment(ByteString.copyFrom(Fingerprint.sha256(secret)));
        change.accept(body);
        byte[] bytes = body.build().toByteArray();
        add(expected, name, request + " with another secret",
                Envelope.write(bytes, TestKey.of("user-ed25519").sign(Prefix.REQUEST, bytes), secret));
    }

    private void addSignatures() {
        TestKey user = TestKey.of("user-ed25519");
        byte[] body = parts.body();
        signed("signature-changed", "one bit of the signature is another", "user-ed25519", body, flipped(parts.signature(), 77));
        signed("body-changed", "one bit of the card's id is another", "user-ed25519",
                flipped(body, 8 * body.length - 1), parts.signature());
        signed("signed-by-another", "signed by a stranger", "user-ed25519", body,
                TestKey.of("stranger-ed25519").sign(Prefix.REQUEST, body));
        signed("signed-as-reply", "signed with the prefix of replies", "user-ed25519", body, user.sign(Prefix.REPLY, body));
        signed("signed-without-prefix", "the body alone is signed", "user-ed25519", body, user.sign(Prefix.NOTE, body));
        signed("body-names-another", "signed by a stranger, who holds the TLS key, in the name of U", "stranger-ed25519", body,
                TestKey.of("stranger-ed25519").sign(Prefix.REQUEST, body));
        TestKey p256 = TestKey.of("user-p256");
        byte[] ecBody = envelope(RequestVectors.named("login-user-p256").hex("message")).body();
        byte[] der = p256.sign(Prefix.REQUEST, ecBody);
        signed("ecdsa-plain", "r and s side by side instead of DER", "user-p256", ecBody, TestKey.plain(der));
        signed("ecdsa-trailing-byte", "a byte follows the DER", "user-p256", ecBody, joined(der, new byte[1]));
        byte[] padded = joined(new byte[] {0x30, (byte) (der[1] + 1), 2, (byte) (der[3] + 1), 0},
                Arrays.copyOfRange(der, 4, der.length));
        signed("ecdsa-long-integer", "r begins with a zero byte too many", "user-p256", ecBody, padded);
        byte[] rsaBody = envelope(RequestVectors.named("login-user-rsa").hex("message")).body();
        signed("pss-other-salt", "a salt of 20 bytes", "user-rsa", rsaBody,
                TestKey.of("user-rsa").sign(Prefix.REQUEST, rsaBody, 20));
        for (String name : List.of("small-rsa", "large-p384")) {
            byte[] bytes = RequestVectors.body("login").setUser(Fields.of(TestKey.of(name).fingerprint())).build()
                    .toByteArray();
            signed("signed-by-" + name, "rightly signed with a key that signs no messages", name, bytes,
                    TestKey.of(name).sign(Prefix.REQUEST, bytes));
        }
    }

    private void signed(String name, String about, String userKey, byte[] body, byte[] signature) {
        byte[] secret = SecretCodec.encode(secret(PROOF, NONE, NONE));
        vectors.add(RequestVectors.start(name, about, userKey, Envelope.write(body, signature, secret))
                .with("expect", SIGNATURE_WRONG.name()));
    }

    private void spoil(ErrorCode expected, String name, String of, Consumer<V1.RequestBody.Builder> change) {
        V1.RequestBody.Builder body = RequestVectors.body(of);
        change.accept(body);
        sealed(expected, name, "as " + of + ", changed and signed", body.build().toByteArray());
    }

    private void sealed(ErrorCode expected, String name, String about, byte[] body) {
        add(expected, name, about, Envelope.write(body, TestKey.of("user-ed25519").sign(Prefix.REQUEST, body), NONE));
    }

    private void add(ErrorCode expected, String name, String about, byte[] message) {
        vectors.add(RequestVectors.start(name, about, "user-ed25519", message).with("expect", expected.name()));
    }
}
