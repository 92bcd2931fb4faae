package org.remotepkcs11.proxy.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** POSTs of protobuf messages to a few paths; nothing else. No thread waits for a body, a card or a Watch. */
final class PostHandler extends Handler.Abstract {
    private static final String MEDIA_TYPE = "application/x-protobuf";

    private final Map<String, Endpoint> endpoints;
    private final Semaphore places;
    private final LongAdder taken = new LongAdder();

    /** @param underWay requests at once */
    PostHandler(Map<String, Endpoint> endpoints, int underWay) {
        this.endpoints = Map.copyOf(endpoints);
        this.places = new Semaphore(underWay);
    }

    /** Requests so far, whatever their answer. */
    long taken() {
        return taken.sum();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        taken.increment();
        Endpoint endpoint = endpoints.get(request.getHttpURI().getPath());
        if (endpoint == null) {
            refuseUnsigned(request, response, callback, HttpStatus.NOT_FOUND_404);
        } else if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, HttpMethod.POST.asString());
            refuseUnsigned(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
        } else if (!MEDIA_TYPE.equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            refuseUnsigned(request, response, callback, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415);
        } else {
            accept(endpoint, request, new Reply(response, callback));
        }
        return true;
    }

    private void accept(Endpoint endpoint, Request request, Reply reply) {
        Peer peer = peer(request);
        Permit permit = Permit.tryAcquire(places);
        if (permit == null) {
            endpoint.refuse(peer, Refusal.of(ErrorCode.PROXY_BUSY, "too many requests are under way"))
                    .whenComplete(reply::send);
            return;
        }
        BoundedBody.of(request, endpoint.largest(peer)).whenComplete((body, failure) -> {
            CompletableFuture<Answer> answer =
                    failure == null ? answer(endpoint, peer, body, permit) : unread(endpoint, peer, failure);
            // Waiting for the answer is not being idle, not reading it is; a peer that went away needs none.
            request.addIdleTimeoutListener(timeout -> answer.isDone());
            request.addFailureListener(gone -> answer.cancel(false));
            answer.whenComplete((sent, unsent) -> {
                permit.close();
                reply.send(sent, unsent);
            });
        });
    }

    private static CompletableFuture<Answer> answer(Endpoint endpoint, Peer peer, byte[] body, Permit permit) {
        try {
            return endpoint.answer(peer, body, permit);
        } catch (RuntimeException e) {
            // a fault of ours must not leave the peer without an answer
            return endpoint.refuse(peer, Refusals.of(e));
        }
    }

    private static CompletableFuture<Answer> unread(Endpoint endpoint, Peer peer, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RefusedException refused
                ? endpoint.refuse(peer, refused.refusal()) : CompletableFuture.failedFuture(cause);
    }

    private static Peer peer(Request request) {
        EndPoint.SslSessionData tls =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate[] chain = tls.peerCertificates();
        return new Peer(Request.getRemoteAddr(request), chain == null ? List.of() : List.of(chain), tls.sslSession());
    }

    /** Where nothing can be signed, since nobody who speaks the protocol asked. */
    private static void refuseUnsigned(Request request, Response response, Callback callback, int status) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, null, callback);
    }

    private record Reply(Response response, Callback callback) {
        void send(Answer answer, Throwable failure) {
            if (failure != null) {
                boolean peerGone = failure instanceof CancellationException || failure instanceof IOException
                        || failure instanceof TimeoutException;
                callback.failed(peerGone ? new QuietException.Exception(failure) : failure);
                return;
            }
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, MEDIA_TYPE);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
            response.write(true, ByteBuffer.wrap(answer.body()), callback);
        }
    }
}
