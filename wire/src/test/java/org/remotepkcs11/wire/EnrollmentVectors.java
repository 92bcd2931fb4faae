package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Samples.bytes;
import static org.remotepkcs11.wire.Samples.joined;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Makes {@code vectors/enrollments.txt}. */
final class EnrollmentVectors {
    static final Set<String> INPUTS = Set.of("name", "about", "direction", "message", "padding");
    static final Set<String> KEYS = Set.of("name", "about", "direction", "message", "padding", "expect", "detail", "code",
            "certification-request", "user", "chain-length", "authority", "proxy-certificate", "log-verifier-key");
    private static final byte[] UNKNOWN = {(byte) 0x98, 6, 1};
    private static final byte[] CSR = bytes(40, 0x30);

    private final List<Vector> vectors = new ArrayList<>();

    static List<Vector> all() {
        EnrollmentVectors all = new EnrollmentVectors();
        all.addRequests();
        all.addReplies();
        return all.vectors;
    }

    private void addRequests() {
        byte[] good = new EnrollmentRequest("K7QF-0000", CSR).encode();
        request("ok", "enroll", "a code and a certification request", good);
        request("MESSAGE_MALFORMED", "enroll-empty", "no bytes at all", new byte[0]);
        request("MESSAGE_MALFORMED", "enroll-without-code", "the code is missing", new EnrollmentRequest("", CSR).encode());
        request("MESSAGE_MALFORMED", "enroll-without-request", "the certification request is missing",
                new EnrollmentRequest("K7QF-0000", new byte[0]).encode());
        request("MESSAGE_MALFORMED", "enroll-unknown-field", "a field 99 follows", joined(good, UNKNOWN));
        request("MESSAGE_MALFORMED", "enroll-cut", "the last byte is missing", Arrays.copyOf(good, good.length - 1));
        request("MESSAGE_MALFORMED", "enroll-code-with-line-feed", "a control character in the code",
                new EnrollmentRequest("K7QF\n", CSR).encode());
        request("MESSAGE_MALFORMED", "enroll-long-request", "a certification request of 32769 bytes is too long",
                new EnrollmentRequest("K7QF-0000", new byte[MessageBounds.MAX_DER_BYTES + 1]).encode());
        vectors.add(Vector.of("enroll-too-large", "one byte more than 64 KiB").with("direction", "request")
                .with("padding", Integer.toString(MessageBounds.MAX_ENROLLMENT_BYTES + 1)).with("expect", "MESSAGE_TOO_LARGE"));
    }

    private void addReplies() {
        EnrollmentReply.Enrolled enrolled = new EnrollmentReply.Enrolled(List.of(bytes(30, 1), bytes(30, 2)), bytes(30, 2),
                bytes(30, 3), "alice", NoteVerifier.of(Checkpoint.originOf(TestKey.of("proxy-ed25519").fingerprint()),
                        TestKey.of("log-ed25519").publicKey()).toString());
        byte[] good = enrolled.encode();
        reply("ok", "enrolled", "the user's chain and what the user is to trust", good);
        reply("CODE_INVALID", "enroll-refused", "the code is no longer good", new EnrollmentReply.Refused(
                Refusal.of(ErrorCode.CODE_INVALID, "the code was used")).encode());
        reply("REPLY_INVALID", "enrolled-empty", "no bytes at all", new byte[0]);
        reply("REPLY_INVALID", "enrolled-cut", "the last byte is missing", Arrays.copyOf(good, good.length - 1));
        reply("REPLY_INVALID", "enrolled-unknown-field", "a field 99 follows", joined(good, UNKNOWN));
        reply("REPLY_INVALID", "enrolled-without-chain", "no certificate of the user", new EnrollmentReply.Enrolled(
                List.of(), enrolled.authority(), enrolled.proxyCertificate(), "alice", "").encode());
        reply("REPLY_INVALID", "enrolled-without-authority", "no trust anchor", new EnrollmentReply.Enrolled(
                enrolled.chain(), new byte[0], enrolled.proxyCertificate(), "alice", "").encode());
    }

    private void request(String expected, String name, String about, byte[] message) {
        add(expected, Vector.of(name, about).with("direction", "request").with("message", message));
    }

    private void reply(String expected, String name, String about, byte[] message) {
        add(expected, Vector.of(name, about).with("direction", "reply").with("message", message));
    }

    private void add(String expected, Vector vector) {
        vectors.add(vector.with("expect", expected));
    }
}
