package org.remotepkcs11.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.ReplyOpener;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.RequestHeader;
import org.remotepkcs11.wire.RequestSealer;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.http.HttpTransport;

/** Seals a request, carries it to the proxy and opens the answer. */
final class Line implements AutoCloseable {
    private static final String PATH = "/v1";

    private final URI url;
    private final UserIdentity identity;
    private final ProxyTrust trust;
    private final RequestSealer sealer;
    private final ReplyOpener opener;
    private final Id proxy;
    private final Id user;
    private final AtomicReference<HttpTransport> transport;
    private final SleepWatch sleep = new SleepWatch();
    private final AtomicLong requests = new AtomicLong();
    private volatile Duration clockDifference;

    /** @param log signs tree heads; without it they are believed because the reply around them is signed */
    Line(URI url, UserIdentity identity, ProxyTrust trust, Optional<NoteVerifier> log) throws RefusedException {
        MessageSigner signer = identity.signer();
        this.url = url;
        this.identity = identity;
        this.trust = trust;
        this.sealer = new RequestSealer(signer);
        this.opener = opener(trust, log);
        this.proxy = Fingerprint.of(trust.replyKey());
        this.user = signer.fingerprint();
        this.transport = new AtomicReference<>(connect());
    }

    private static ReplyOpener opener(ProxyTrust trust, Optional<NoteVerifier> log) throws RefusedException {
        try {
            return new ReplyOpener(trust.replyKey(), log);
        } catch (IllegalArgumentException e) {
            throw ConfigurationFile.invalid("proxy.certificate or log.verifier: " + e.getMessage());
        }
    }

    private HttpTransport connect() {
        return HttpTransport.mutual(url, identity, trust.anchors());
    }

    Id proxy() {
        return proxy;
    }

    Id user() {
        return user;
    }

    long requests() {
        return requests.get();
    }

    Optional<Duration> clockDifference() {
        return Optional.ofNullable(clockDifference);
    }

    Reply exchange(RequestHeader header, Request request, Secret secret, Deadline deadline) throws RefusedException {
        SealedRequest sealed = sealer.seal(header, request, secret);
        try {
            requests.incrementAndGet();
            Reply reply = opener.open(awake().post(PATH, sealed.bytes(), deadline.remaining()), sealed);
            clockDifference = Duration.between(Instant.now(), reply.header().time());
            return reply;
        } finally {
            sealed.wipe();
        }
    }

    /** After a sleep the old connection is most likely dead, and finding that out takes long: a new one is made. */
    private HttpTransport awake() {
        HttpTransport current = transport.get();
        if (!sleep.sleptSinceLastAsked()) {
            return current;
        }
        HttpTransport fresh = connect();
        if (transport.compareAndSet(current, fresh)) {
            current.close();
            return fresh;
        }
        fresh.close();
        return transport.get();
    }

    @Override
    public void close() {
        transport.get().close();
    }
}
