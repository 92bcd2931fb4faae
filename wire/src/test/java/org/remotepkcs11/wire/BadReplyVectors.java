package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Samples.bytes;
import static org.remotepkcs11.wire.Samples.flipped;
import static org.remotepkcs11.wire.Samples.joined;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.remotepkcs11.proto.V1;

/** Makes the bad ones of {@code vectors/replies.txt}: what each check of the client refuses. */
final class BadReplyVectors {
    private static final byte[] NONE = {};

    private final List<Vector> vectors = new ArrayList<>();

    static List<Vector> all() {
        BadReplyVectors bad = new BadReplyVectors();
        bad.addEnvelopes();
        bad.addHeaders();
        bad.addOutcomes();
        bad.addPositions();
        return bad.vectors;
    }

    private void addEnvelopes() {
        byte[] message = ReplyVectors.named("logged-in").hex("message");
        byte[] body = body("logged-in").build().toByteArray();
        byte[] signature = TestKey.of("proxy-ed25519").sign(Prefix.REPLY, body);
        add("empty", "no bytes at all", NONE);
        add("cut", "the last byte is missing", Arrays.copyOf(message, message.length - 1));
        add("with-secret", "a reply has no third field", Envelope.write(body, signature, new byte[1]));
        add("signature-changed", "one bit of the signature is another", Envelope.write(body, flipped(signature, 99), NONE));
        add("body-changed", "one bit of the body is another",
                Envelope.write(flipped(body, 8 * 40), signature, NONE));
        add("signed-by-another", "signed by a stranger",
                Envelope.write(body, TestKey.of("stranger-ed25519").sign(Prefix.REPLY, body), NONE));
        add("signed-as-request", "signed with the prefix of requests",
                Envelope.write(body, TestKey.of("proxy-ed25519").sign(Prefix.REQUEST, body), NONE));
        sealed("body-junk", "the body is no message", new byte[] {0x0F, 0x0F});
        sealed("body-cut", "the body lacks its last byte", Arrays.copyOf(body, body.length - 1));
        sealed("body-unknown-field", "a field 99 follows", joined(body, new byte[] {(byte) 0x98, 6, 1}));
    }

    private void addHeaders() {
        spoil("version-2", "logged-in", body -> body.setVersion(2));
        spoil("another-request", "logged-in", body -> body.setRequestHash(any(32)));
        spoil("request-hash-missing", "logged-in", V1.ReplyBody.Builder::clearRequestHash);
        spoil("request-hash-20-bytes", "logged-in", body -> body.setRequestHash(any(20)));
        spoil("another-proxy", "logged-in", body -> body.setProxy(any(32)));
        spoil("another-user", "logged-in", body -> body.setUser(any(32)));
        spoil("another-session", "logged-in", body -> body.setSession(any(16)));
        spoil("another-sequence", "logged-in", body -> body.setSequence(8));
        spoil("opened-other-session", "opened", body -> body.getOpenedBuilder().setSession(any(16)));
        spoil("opened-other-nonce", "opened", body -> body.getOpenedBuilder().setUserNonce(any(32)));
    }

    private static ByteString any(int length) {
        return ByteString.copyFrom(bytes(length, 1));
    }

    private void addOutcomes() {
        spoil("no-outcome", "logged-in", V1.ReplyBody.Builder::clearOutcome);
        spoil("another-outcome", "logged-in", body -> body.setPinChanged(V1.PinChanged.getDefaultInstance()));
        spoil("too-few-results", "used-partly", body -> body.getUsedBuilder().removeResults(3));
        spoil("result-without-outcome", "used", body -> body.getUsedBuilder().getResultsBuilder(0).clearOutcome());
        spoil("no-result", "revoke-done", body -> body.getAdministeredBuilder().clearResult());
        spoil("refusal-code-0", "refused", body -> body.getRefusalBuilder().setCode(0));
        spoil("refusal-code-of-clients", "refused", body -> body.getRefusalBuilder().setCode(80));
        spoil("refusal-code-999", "refused", body -> body.getRefusalBuilder().setCode(999));
        spoil("refusal-detail-with-escape", "refused", body -> body.getRefusalBuilder().setDetail("\u001b[2J"));
        spoil("snapshot-unknown-field", "opened", body -> body.getOpenedBuilder().getSnapshotBuilder().getCardsBuilder(0)
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build()));
        spoil("pin-state-unknown", "opened",
                body -> body.getOpenedBuilder().getSnapshotBuilder().getCardsBuilder(0).setPinStateValue(4));
    }

    private void addPositions() {
        spoil("not-logged", "used", V1.ReplyBody.Builder::clearLog);
        spoil("head-is-no-note", "used", body -> body.getLogBuilder().setTreeHead("all is well"));
        Id proxy = TestKey.of("proxy-ed25519").fingerprint();
        spoil("head-of-another-log", "used", body -> body.getLogBuilder()
                .setTreeHead(ReplyVectors.position("log-ed25519", TestKey.of("proxy-p256").fingerprint()).treeHead()));
        spoil("head-signed-by-another", "used", body -> body.getLogBuilder()
                .setTreeHead(ReplyVectors.position("stranger-ed25519", proxy).treeHead()));
        spoil("head-changed", "used", body -> body.getLogBuilder()
                .setTreeHead(body.getLog().getTreeHead().replace("\n2\n", "\n3\n")));
        spoil("leaf-missing", "used", body -> body.getLogBuilder().clearLeaf());
        spoil("leaf-of-another", "used", body -> body.getLogBuilder().setLeaf(any(32)));
        spoil("index-of-another", "used", body -> body.getLogBuilder().setIndex(0));
        spoil("index-beyond-head", "used", body -> body.getLogBuilder().setIndex(2));
        spoil("inclusion-too-short", "used", body -> body.getLogBuilder().clearInclusion());
        spoil("inclusion-too-long", "used", body -> body.getLogBuilder().addInclusion(any(32)));
        spoil("inclusion-hash-31-bytes", "used", body -> body.getLogBuilder().setInclusion(0, any(31)));
    }

    private static V1.ReplyBody.Builder body(String of) {
        try {
            return V1.ReplyBody.parseFrom(Envelope.ofReply(ReplyVectors.named(of).hex("message")).body()).toBuilder();
        } catch (InvalidProtocolBufferException | RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void spoil(String name, String of, Consumer<V1.ReplyBody.Builder> change) {
        V1.ReplyBody.Builder body = body(of);
        change.accept(body);
        byte[] bytes = body.build().toByteArray();
        add(name, "as " + of + ", changed and signed", ReplyVectors.named(of).text("asked"), sign(bytes));
    }

    private static byte[] sign(byte[] body) {
        return Envelope.write(body, TestKey.of("proxy-ed25519").sign(Prefix.REPLY, body), NONE);
    }

    private void sealed(String name, String about, byte[] body) {
        add(name, about, sign(body));
    }

    private void add(String name, String about, byte[] message) {
        add(name, about, "login", message);
    }

    private void add(String name, String about, String asked, byte[] message) {
        vectors.add(ReplyVectors.start(name, about, "proxy-ed25519", asked, message)
                .with("expect", ErrorCode.REPLY_INVALID.name()));
    }
}
