package org.remotepkcs11.proxy.pipeline;

import java.time.InstantSource;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.ReplyHeader;
import org.remotepkcs11.wire.ReplySealer;
import org.remotepkcs11.wire.RequestHeader;

/** Signs what the proxy answers. */
final class Replies {
    private static final int OK = 200;

    private final Id proxy;
    private final ReplySealer sealer;
    private final InstantSource clock;

    Replies(MessageSigner signer, InstantSource clock) {
        this.proxy = signer.fingerprint();
        this.sealer = new ReplySealer(signer);
        this.clock = clock;
    }

    Id proxy() {
        return proxy;
    }

    Answer seal(Exchange exchange, Concluded concluded) {
        Outcome outcome = concluded.outcome();
        ReplyHeader header = exchange.readable().map(request -> header(request, concluded)).orElseGet(() ->
                new ReplyHeader(Id.NONE, proxy, Id.NONE, Id.NONE, 0, clock.instant(), concluded.recorded().position(),
                        concluded.recorded().snapshotVersion()));
        int status = outcome instanceof Outcome.Refused refused ? refused.refusal().code().httpStatus() : OK;
        Answer answer = new Answer(status, sealer.seal(header, outcome));
        exchange.laps().finish(outcome.getClass().getSimpleName(), operations(outcome));
        return answer;
    }

    private static int operations(Outcome outcome) {
        return outcome instanceof Outcome.Used used ? used.results().size() : 0;
    }

    private ReplyHeader header(ReceivedRequest request, Concluded concluded) {
        RequestHeader asked = request.header();
        Id session = concluded.outcome() instanceof Outcome.Opened opened ? opened.session() : asked.session();
        return new ReplyHeader(request.hash(), proxy, asked.user(), session, asked.sequence(), clock.instant(),
                concluded.recorded().position(), concluded.recorded().snapshotVersion());
    }
}
