package org.remotepkcs11.testkit;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.ReplyOpener;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.RequestHeader;
import org.remotepkcs11.wire.RequestSealer;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.http.HttpTransport;

/**
 * Speaks the protocol message by message, with nothing done by itself: no retry, no cache, no second session. For tests
 * of a proxy, which need to send what no sound client sends.
 */
public final class WireClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final HttpTransport transport;
    private final RequestSealer sealer;
    private final ReplyOpener opener;
    private final Id proxy;
    private final Id user;
    private final AtomicLong sequence = new AtomicLong();
    private volatile Outcome.Opened session;

    private WireClient(HttpTransport transport, KeyPair signing, X509Certificate replies) {
        MessageSigner signer = MessageSigner.of(signing.getPrivate(), signing.getPublic());
        this.transport = transport;
        this.sealer = new RequestSealer(signer);
        this.user = signer.fingerprint();
        this.opener = new ReplyOpener(replies.getPublicKey());
        this.proxy = Fingerprint.of(replies.getPublicKey());
    }

    /**
     * @param url       {@code https://host:port}
     * @param authority trust anchor for TLS
     * @param replies   of the key that signs replies
     */
    public record Proxy(URI url, X509Certificate authority, X509Certificate replies) {
    }

    /** A user who shows a certificate and signs with its key. */
    public static WireClient of(Proxy proxy, KeyPair keys, List<X509Certificate> chain)
            throws IOException, GeneralSecurityException {
        return of(proxy, keys, chain, keys);
    }

    /** Signs requests with another key than TLS proves. */
    static WireClient of(Proxy proxy, KeyPair tls, List<X509Certificate> chain, KeyPair signing)
            throws IOException, GeneralSecurityException {
        HttpTransport transport =
                HttpTransport.mutual(proxy.url(), keyManager(tls, chain), trustManager(proxy.authority()));
        return new WireClient(transport, signing, proxy.replies());
    }

    /** Shows no certificate. */
    static WireClient withoutCertificate(Proxy proxy, KeyPair signing) throws IOException, GeneralSecurityException {
        return new WireClient(HttpTransport.serverOnly(proxy.url(), trustManager(proxy.authority())), signing,
                proxy.replies());
    }

    private static X509KeyManager keyManager(KeyPair keys, List<X509Certificate> chain)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("user", keys.getPrivate(), new char[0], chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return (X509KeyManager) factory.getKeyManagers()[0];
    }

    private static X509TrustManager trustManager(X509Certificate authority)
            throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("authority", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    public Id proxy() {
        return proxy;
    }

    /** Begins a session; what follows belongs to it. @throws RefusedException as the proxy refused */
    public Outcome.Opened open() throws RefusedException {
        Outcome.Opened opened = (Outcome.Opened) granted(exchange(seal(openRequest(), Secret.none(), Id.random())));
        sequence.set(0);
        session = opened;
        return opened;
    }

    static Request.Open openRequest() {
        return new Request.Open(Id.of(Fingerprint.ofDer(Id.random().bytes()).bytes()), "", 0);
    }

    /** Under a new operation id. @throws RefusedException as the proxy refused */
    public Outcome ask(Request request, Secret secret) throws RefusedException {
        return granted(exchange(seal(request, secret, Id.random())));
    }

    static Outcome granted(Reply reply) throws RefusedException {
        if (reply.outcome() instanceof Outcome.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
        return reply.outcome();
    }

    /** With the session's next sequence number. */
    public SealedRequest seal(Request request, Secret secret, Id operation) {
        return sealer.seal(request instanceof Request.Open ? header(Id.NONE, Id.NONE, 0, operation)
                : header(session.session(), session.proxyNonce(), sequence.incrementAndGet(), operation),
                request, session == null ? secret : secret.forReader(session.pinKey()));
    }

    SealedRequest seal(RequestHeader header, Request request, Secret secret) {
        return sealer.seal(header, request, secret);
    }

    private RequestHeader header(Id inSession, Id nonce, long number, Id operation) {
        return new RequestHeader(proxy, user, inSession, nonce, number, operation,
                Instant.ofEpochMilli(System.currentTimeMillis()));
    }

    /** A refusal by the proxy is an outcome here. @throws RefusedException of the transport, or for an invalid reply */
    public Reply exchange(SealedRequest request) throws RefusedException {
        return open(post(request.bytes()), request);
    }

    byte[] post(byte[] bytes) throws RefusedException {
        return transport.post("/v1", bytes, DEADLINE);
    }

    Reply open(byte[] reply, SealedRequest request) throws RefusedException {
        return opener.open(reply, request);
    }

    @Override
    public void close() {
        transport.close();
    }
}
