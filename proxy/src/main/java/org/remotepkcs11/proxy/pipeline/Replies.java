package org.remotepkcs11.proxy.pipeline;

import java.time.InstantSource;
import java.util.List;
import org.remotepkcs11.proxy.access.Directory;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.ReplyHeader;
import org.remotepkcs11.wire.ReplySealer;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.RequestHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs what the proxy answers. */
final class Replies {
    private static final int OK = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private final Id proxy;
    private final ReplySealer sealer;
    private final InstantSource clock;
    private final Directory directory;

    Replies(MessageSigner signer, InstantSource clock, Directory directory) {
        this.directory = directory;
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
                concluded.recorded().position(), concluded.recorded().snapshotVersion(),
                concluded.recorded().snapshotVersion().isEmpty() ? List.of() : loads(request, concluded.outcome()));
    }

    /** Of the card that a request names; of all when a session begins. */
    private List<CardLoad> loads(ReceivedRequest request, Outcome outcome) {
        Id user = request.header().user();
        try {
            if (outcome instanceof Outcome.Opened) {
                return directory.loadsForOpening(user);
            } else if (request.request() instanceof Request.Use use) {
                return directory.load(user, use.card()).stream().toList();
            } else if (request.request() instanceof Request.Login login) {
                return directory.load(user, login.card()).stream().toList();
            }
        } catch (RefusedException e) {
            LOG.error("it cannot be seen how busy cards are", e);
        }
        return List.of();
    }
}
