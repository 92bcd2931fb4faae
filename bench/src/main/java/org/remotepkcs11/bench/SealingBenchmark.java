package org.remotepkcs11.bench;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.ReplyHeader;
import org.remotepkcs11.wire.ReplyOpener;
import org.remotepkcs11.wire.ReplySealer;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.RequestHeader;
import org.remotepkcs11.wire.RequestSealer;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;

/** What one request costs in signing, encoding and checking, without network, store and card. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SealingBenchmark {
    private static final int DIGEST_BYTES = 32;
    private static final int SIGNATURE_BYTES = 256;

    /** Kind of the user's and the proxy's message keys. */
    @Param({"EC", "Ed25519", "RSA"})
    public String key;
    /** In one request. */
    @Param({"1", "64"})
    public int operations;

    private KeyPair user;
    private KeyPair proxy;
    private RequestSealer requestSealer;
    private ReplySealer replySealer;
    private ReplyOpener replyOpener;
    private Request request;
    private RequestHeader header;
    private SealedRequest sealed;
    private ReplyHeader replyHeader;
    private Outcome outcome;
    private byte[] reply;

    /** Makes keys and one message of each kind. */
    @Setup
    public void prepare() throws GeneralSecurityException {
        user = keyPair();
        proxy = keyPair();
        requestSealer = new RequestSealer(MessageSigner.of(user.getPrivate(), user.getPublic()));
        MessageSigner proxySigner = MessageSigner.of(proxy.getPrivate(), proxy.getPublic());
        replySealer = new ReplySealer(proxySigner);
        replyOpener = new ReplyOpener(proxy.getPublic());
        Id userId = MessageSigner.of(user.getPrivate(), user.getPublic()).fingerprint();
        header = new RequestHeader(proxySigner.fingerprint(), userId, Id.random(), Id.of(new byte[32]), 1, Id.random(), Instant.now());
        Operation operation = new Operation(userId, Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                new byte[DIGEST_BYTES]);
        request = new Request.Use(Id.random(), IntStream.range(0, operations).mapToObj(i -> operation).toList(),
                Duration.ofSeconds(30));
        sealed = sealRequest();
        replyHeader = new ReplyHeader(sealed.hash(), header.proxy(), header.user(), header.session(), 1, Instant.now(),
                ReplyHeader.LogPosition.NONE, "1");
        outcome = new Outcome.Used(IntStream.range(0, operations)
                .<Outcome.Result>mapToObj(i -> new Outcome.Result.Output(new byte[SIGNATURE_BYTES])).toList());
        reply = sealReply();
    }

    private KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(key);
        if (key.equals("EC")) {
            generator.initialize(256);
        }
        return generator.generateKeyPair();
    }

    /** The client's part of asking. */
    @Benchmark
    public SealedRequest sealRequest() {
        try (Secret secret = Secret.ofPinProof(new byte[Secret.PROOF_BYTES])) {
            return requestSealer.seal(header, request, secret);
        }
    }

    /** The proxy's part of being asked. */
    @Benchmark
    public List<Operation> openRequest() throws RefusedException {
        try (ReceivedRequest received = ReceivedRequest.decode(sealed.bytes())) {
            received.verify(user.getPublic());
            return ((Request.Use) received.request()).operations();
        }
    }

    /** The proxy's part of answering. */
    @Benchmark
    public byte[] sealReply() {
        return replySealer.seal(replyHeader, outcome);
    }

    /** The client's part of being answered. */
    @Benchmark
    public Reply openReply() throws RefusedException {
        return replyOpener.open(reply, sealed);
    }
}
