package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.remotepkcs11.proxy.access.Admission;
import org.remotepkcs11.proxy.access.CardCheck;
import org.remotepkcs11.proxy.access.Gate;
import org.remotepkcs11.proxy.access.Granted;
import org.remotepkcs11.proxy.access.Recorded;
import org.remotepkcs11.proxy.authority.ClientCertificate;
import org.remotepkcs11.proxy.authority.ClientCertificates;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** What every request passes, step by step. */
final class Pipeline implements Endpoint {
    /** Strangers have no business with large requests. */
    private static final int MAX_STRANGER_BYTES = 64 * 1024;

    /** What the steps need. */
    record Stations(ClientCertificates authorities, Sessions sessions, Gate gate, CardOperations cards,
                    Watches watches, Replies replies) {
    }

    private final Stations at;
    private final Duration longestWatch;
    private final InstantSource clock;

    Pipeline(Stations stations, Duration longestWatch, InstantSource clock) {
        this.at = stations;
        this.longestWatch = longestWatch;
        this.clock = clock;
    }

    /** In this order, which PROTOCOL.md promises. */
    @Override
    public CompletableFuture<Answer> answer(Peer peer, byte[] body, Permit permit) {
        Exchange exchange = Exchange.of(peer, permit, body);
        return peer.certificate(at.authorities(), clock.instant())                               // TLS identity
                .handle((certificate, failure) -> failure == null ? check(exchange, certificate)
                        : refuse(exchange, Refusals.of(failure))).thenCompose(answer -> answer);
    }

    private CompletableFuture<Answer> check(Exchange exchange, ClientCertificate certificate) {
        try {
            ReceivedRequest request = exchange.request();                                        // size, decode
            refuseUnlessForThisProxy(request);
            request.verify(certificate.key());                                                   // signature
            exchange.markVerified();
            refuseUnlessFresh(request);                                   // freshness; what is sealed to the session
            exchange.laps().end(Laps.Stage.CHECK);
        } catch (RefusedException e) {
            return refuse(exchange, e.refusal());
        }
        return sealed(exchange, admit(exchange)      // enrolled, delegation, limits, PIN, audit intent: durable
                .thenCompose(admission -> carryOut(exchange, admission))); // card, audit outcome: durable; signed reply
    }

    private void refuseUnlessForThisProxy(ReceivedRequest request) throws RefusedException {
        if (!request.header().proxy().equals(at.replies().proxy())) {
            throw new RefusedException(ErrorCode.WRONG_PROXY, "the request is for another proxy");
        }
    }

    private void refuseUnlessFresh(ReceivedRequest request) throws RefusedException {
        if (!(request.request() instanceof Request.Open)) {
            Session session = at.sessions().freshen(request.header(), request.header().user());
            request.openCardPin(session.pinKey());
        }
    }

    private CompletableFuture<Admission> admit(Exchange exchange) {
        ReceivedRequest request = exchange.verified().orElseThrow();
        return at.gate().admit(exchange.caller(), request).whenComplete((admission, failure) -> {
            exchange.laps().end(Laps.Stage.ADMIT);
            exchange.close();
        });
    }

    private CompletableFuture<Concluded> carryOut(Exchange exchange, Admission admission) {
        ReceivedRequest request = exchange.verified().orElseThrow();
        if (admission instanceof Granted granted) {
            return at.cards().use(granted, request, exchange.laps());
        } else if (admission instanceof Admission.Done done) {
            return request.request() instanceof Request.Watch watch ? watch(exchange, watch, done)
                    : CompletableFuture.completedFuture(new Concluded(done.outcome(), done.recorded()));
        } else if (admission instanceof Admission.Opened opened) {
            return open(exchange, opened);
        } else if (admission instanceof CardCheck check) {
            return at.cards().check(check, request);
        }
        Admission.Denied denied = (Admission.Denied) admission;
        return CompletableFuture.completedFuture(Concluded.refused(denied.refusal(), denied.recorded()));
    }

    private CompletableFuture<Concluded> open(Exchange exchange, Admission.Opened opened) {
        ReceivedRequest request = exchange.verified().orElseThrow();
        try {
            Session session = at.sessions().open(request.header().user(), request.header().operation());
            Outcome outcome = new Outcome.Opened(session.id(), session.nonce(),
                    ((Request.Open) request.request()).userNonce(), opened.snapshot(), opened.consistency(),
                    at.sessions().idle(), session.pinKey().publicKey());
            return CompletableFuture.completedFuture(new Concluded(outcome, opened.recorded()));
        } catch (RefusedException e) {
            return record(exchange, e.refusal());
        }
    }

    private CompletableFuture<Concluded> watch(Exchange exchange, Request.Watch watch, Admission.Done accepted) {
        Duration patience = watch.patience().compareTo(longestWatch) > 0 ? longestWatch : watch.patience();
        CompletableFuture<String> changed =
                at.watches().changed(exchange.caller().fingerprint(), watch.knownSnapshot(), patience);
        exchange.waitFor(changed);
        // who went away gets no answer, so it does not matter which
        return changed.exceptionally(cancelled -> watch.knownSnapshot()).thenApply(version -> new Concluded(
                new Outcome.Watched(!version.equals(watch.knownSnapshot())),
                new Recorded(accepted.recorded().position(), version)));
    }

    private CompletableFuture<Answer> refuse(Exchange exchange, Refusal refusal) {
        exchange.close();
        return sealed(exchange, record(exchange, refusal));
    }

    private CompletableFuture<Concluded> record(Exchange exchange, Refusal refusal) {
        return at.gate().refuse(exchange.caller(), exchange.verified(), refusal)
                .thenApply(recorded -> Concluded.refused(refusal, recorded));
    }

    private CompletableFuture<Answer> sealed(Exchange exchange, CompletableFuture<Concluded> concluding) {
        CompletableFuture<Answer> answer = concluding
                .exceptionally(failure -> Concluded.unrecorded(Refusals.of(failure)))
                .thenApply(concluded -> at.replies().seal(exchange, concluded));
        answer.whenComplete((sent, failure) -> {
            if (answer.isCancelled()) {
                exchange.abandon();
            }
        });
        return answer;
    }

    @Override
    public CompletableFuture<Answer> refuse(Peer peer, Refusal refusal) {
        return refuse(Exchange.unread(peer, refusal), refusal);
    }

    @Override
    public int largest(Peer peer) {
        try {
            peer.vouched(at.authorities(), clock.instant());
            return MessageBounds.MAX_REQUEST_BYTES;
        } catch (RefusedException stranger) {
            return MAX_STRANGER_BYTES;
        }
    }
}
