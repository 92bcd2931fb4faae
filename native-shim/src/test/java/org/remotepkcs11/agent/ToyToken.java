package org.remotepkcs11.agent;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Message;

/** A slot with a token that can hash: enough to see that calls arrive whole and in order. */
public final class ToyToken implements Dispatcher {
    static final long SLOT = 7;
    static final long SESSION_HANDLE_INVALID = 0xB3;
    static final long OPERATION_NOT_INITIALIZED = 0x91;

    private static final AtomicLong HANDLES = new AtomicLong(System.nanoTime() & 0x3FFFFFFF);

    private final Map<Long, MessageDigest> sessions = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public Answer call(Function function, Arguments in) {
        return switch (function.name()) {
            case "C_GetInfo" -> Answer.ok().structure("info", new Answer.Version(3, 2), "Toy maker", 0L, "Toy ü",
                    new Answer.Version(1, 7));
            case "C_GetSlotList" -> Answer.filling("slots", in.room("slots"), new long[] {SLOT});
            case "C_WaitForSlotEvent" -> await();
            case "C_OpenSession" -> open();
            case "C_CloseAllSessions" -> closeAll();
            default -> inSession(function, in);
        };
    }

    private Answer inSession(Function function, Arguments in) {
        MessageDigest digest = sessions.get(in.ulong("session"));
        if (digest == null) {
            return Answer.of(SESSION_HANDLE_INVALID);
        }
        return switch (function.name()) {
            case "C_CloseSession" -> close(in.ulong("session"));
            case "C_DigestUpdate" -> update(digest, in.bytes("part"));
            case "C_DigestFinal" -> finish(digest, in);
            case "C_Login" -> Answer.of(Arrays.equals(in.pin("pin").orElseThrow(), "1234".getBytes()) ? 0 : 0xA0);
            case "C_GenerateRandom" -> Answer.ok().bytes("randomData", new byte[(int) in.room("randomData").capacity()]);
            case "C_FindObjects" -> Answer.ok().ulongs("objects", new long[] {11, 12});
            case "C_GetAttributeValue" -> Answer.of(0x12).attributes("template", attributes(in));
            case "C_SignInit" -> Answer.of(in.mechanism("mechanism").orElseThrow().bytes("label").length);
            case "C_SignUpdate" -> throw new IllegalStateException("a fault on purpose");
            case "C_SignFinal" -> pause();
            case "C_EncryptMessage" -> message(in);
            case "C_SignMessageNext" -> Answer.of(in.optionalRoom("signature").isPresent() ? 7 : 0);
            default -> Answer.of(OPERATION_NOT_INITIALIZED);
        };
    }

    private static List<AttributeValue> attributes(Arguments in) {
        return in.query("template").stream().map(query -> query.type() == 3
                ? query.answer("label".getBytes()) : AttributeValue.UNAVAILABLE).toList();
    }

    /** Tells by the nonce and the tag how many fixed bits and how much associated data arrived. */
    private static Answer message(Arguments in) {
        Message gcm = in.message("parameter").orElseThrow();
        Arrays.fill(gcm.bytes("nonce"), (byte) gcm.ulong("fixedBits"));
        Arrays.fill(gcm.bytes("tag"), (byte) in.bytes("associatedData").length);
        return Answer.filling("ciphertext", in.room("ciphertext"), in.bytes("plaintext"))
                .message("parameter", gcm.bytes("nonce"), gcm.bytes("tag"));
    }

    private Answer open() {
        long handle = HANDLES.incrementAndGet();
        try {
            sessions.put(handle, MessageDigest.getInstance("SHA-256"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return Answer.ok().ulong("session", handle);
    }

    private Answer close(long session) {
        sessions.remove(session);
        return Answer.ok();
    }

    private Answer closeAll() {
        sessions.clear();
        return Answer.ok();
    }

    private static Answer update(MessageDigest digest, byte[] part) {
        digest.update(part);
        return Answer.ok();
    }

    private static Answer finish(MessageDigest digest, Arguments in) {
        if (!in.room("digest").fits(32)) {
            return Answer.filling("digest", in.room("digest"), new byte[32]);
        }
        return Answer.filling("digest", in.room("digest"), digest.digest());
    }

    private Answer await() {
        try {
            closed.await();
            return Answer.of(8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.of(8);
        }
    }

    /** Longer than a module without signs of life would wait in the tests. */
    private Answer pause() {
        try {
            closed.await(5, TimeUnit.SECONDS);
            return Answer.ok();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.of(8);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
