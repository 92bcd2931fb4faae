package org.remotepkcs11.wire.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.RefusedException;

/**
 * Carries messages to one proxy: HTTP/2 over TLS 1.3, one connection for all threads as long as the server lets so many
 * calls ride on it. A request that the server may have seen is never sent again: whether to ask again is the caller's
 * to decide. Honours {@link java.net.ProxySelector} and {@link java.net.Authenticator}.
 */
public final class HttpTransport implements AutoCloseable {
    static final String CONTENT_TYPE = "application/x-protobuf";

    private static final MediaType MEDIA_TYPE = MediaType.get(CONTENT_TYPE);
    /** Each time the server says that it has not looked at the request (RFC 9113 section 8.7). */
    private static final int MAX_STREAMS_REFUSED = 16;

    private final HttpUrl proxy;
    private final OkHttpClient client;
    private final CallQueue queue;
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean closed;

    private HttpTransport(URI proxy, OkHttpClient client) {
        this.proxy = HttpUrl.get(proxy);
        this.client = client;
        this.queue = new CallQueue(client.connectionPool());
    }

    /**
     * Has OkHttp look at the JVM's list of security providers, which it does once. For whoever cannot have that done at
     * the first connection.
     */
    public static void prepare() {
        HttpClients.prepare();
    }

    /**
     * With a client certificate.
     *
     * @param proxy {@code https://host:port}
     * @throws IllegalArgumentException if it is no https address
     */
    public static HttpTransport mutual(URI proxy, X509KeyManager keys, X509TrustManager trust) {
        return over(proxy, HttpClients.mutual(keys, trust));
    }

    /** Without a client certificate, for enrolment. */
    public static HttpTransport serverOnly(URI proxy, X509TrustManager trust) {
        return over(proxy, HttpClients.serverOnly(trust));
    }

    static HttpTransport over(URI proxy, OkHttpClient client) {
        return new HttpTransport(https(proxy), client);
    }

    private static URI https(URI proxy) {
        if (!"https".equalsIgnoreCase(proxy.getScheme()) || proxy.getHost() == null) {
            throw new IllegalArgumentException("a proxy's address is https://host:port, not " + proxy);
        }
        return proxy;
    }

    /**
     * Posts a message and waits for its answer, whatever the HTTP status, if it is a message.
     *
     * @param path     as {@code /v1}
     * @param deadline for all of it
     * @throws RefusedException {@link ErrorCode#UNREACHABLE}, {@link ErrorCode#PROXY_UNTRUSTED},
     *                          {@link ErrorCode#DEADLINE_PASSED}, {@link ErrorCode#MESSAGE_TOO_LARGE},
     *                          {@link ErrorCode#PROXY_BUSY} or {@link ErrorCode#REPLY_INVALID}
     */
    public byte[] post(String path, byte[] body, Duration deadline) throws RefusedException {
        if (body.length > MessageBounds.MAX_REQUEST_BYTES) {
            throw new RefusedException(ErrorCode.MESSAGE_TOO_LARGE,
                    "a request of " + body.length + " bytes; at most " + MessageBounds.MAX_REQUEST_BYTES);
        }
        HttpUrl url = proxy.newBuilder().encodedPath(path).build();
        long end = System.nanoTime() + deadline.toNanos();
        requests.incrementAndGet();
        try (CallQueue.Place place = queue.enter(end)) {
            Request request = new Request.Builder().url(url).tag(CallQueue.Place.class, place)
                    .post(new OneShotBody(MEDIA_TYPE, body)).build();
            return exchange(request, end);
        } catch (IOException e) {
            throw closed ? new RefusedException(ErrorCode.UNREACHABLE, "this client was closed")
                    : Failures.of(e, proxy, deadline);
        }
    }

    private byte[] exchange(Request request, long end) throws IOException, RefusedException {
        for (int refused = 0; ; refused++) {
            Call call = client.newCall(request);
            call.timeout().timeout(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            try (Response response = call.execute()) {
                return message(response);
            } catch (IOException e) {
                if (closed || refused == MAX_STREAMS_REFUSED || !Failures.isUnseen(e)) {
                    throw e;
                }
            }
        }
    }

    private byte[] message(Response response) throws IOException, RefusedException {
        MediaType type = response.body().contentType();
        if (type == null || !MEDIA_TYPE.type().equals(type.type()) || !MEDIA_TYPE.subtype().equals(type.subtype())) {
            throw Failures.ofStatus(response.code(), proxy);
        }
        BufferedSource source = response.body().source();
        if (source.request(MessageBounds.MAX_REPLY_BYTES + 1L)) {
            throw new RefusedException(ErrorCode.REPLY_INVALID,
                    "the reply is longer than " + MessageBounds.MAX_REPLY_BYTES + " bytes");
        }
        return source.readByteArray();
    }

    /** How many requests were posted so far. */
    public long requests() {
        return requests.get();
    }

    /** Ends calls under way, too. */
    @Override
    public void close() {
        closed = true;
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
    }
}
