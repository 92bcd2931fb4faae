package org.remotepkcs11.proxy.pipeline;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Collects a request's body as it comes, without a waiting thread, and no further than a bound. */
final class BoundedBody implements Runnable {
    private static final int FIRST_BYTES = 4096;
    /** A body that trickles in takes a place from others. */
    private static final int LONGEST_SECONDS = 60;
    /** So much beyond the bound is read and thrown away: many clients take no answer before they have sent all. */
    private static final long MAX_DISCARDED_BYTES = 8L << 20;

    private final Content.Source source;
    private final int bound;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private byte[] bytes;
    private int size;
    private long discarded;
    private boolean tooLarge;

    private BoundedBody(Content.Source source, int bound) {
        this.source = source;
        this.bound = bound;
        long declared = source.getLength();
        this.tooLarge = declared > bound;
        this.bytes = new byte[tooLarge ? 0 : declared >= 0 ? (int) declared : FIRST_BYTES];
    }

    /** Fails with {@link RefusedException} MESSAGE_TOO_LARGE, with what broke the connection, or for lateness. */
    static CompletableFuture<byte[]> of(Content.Source source, int bound) {
        BoundedBody body = new BoundedBody(source, bound);
        if (source.getLength() > bound + MAX_DISCARDED_BYTES) {
            body.refuse();
        } else {
            body.run();
        }
        return body.whole.isDone() ? body.whole : body.whole.orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void run() {
        while (!whole.isDone()) {
            Content.Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                wipe(bytes);
                whole.completeExceptionally(chunk.getFailure());
                return;
            }
            take(chunk);
        }
    }

    private void take(Content.Chunk chunk) {
        ByteBuffer content = chunk.getByteBuffer();
        tooLarge |= content.remaining() > bound - size;
        if (tooLarge) {
            discarded += content.remaining();
        } else {
            keep(content);
        }
        chunk.release();
        if (chunk.isLast() || discarded > MAX_DISCARDED_BYTES) {
            finish();
        }
    }

    private void finish() {
        if (tooLarge) {
            refuse();
        } else {
            whole.complete(size == bytes.length ? bytes : shrunk());
        }
    }

    /** Jetty keeps its buffers; what may be a secret does not stay in them. */
    private void keep(ByteBuffer content) {
        int length = content.remaining();
        makeRoomFor(length);
        int start = content.position();
        content.get(bytes, size, length);
        size += length;
        if (!content.isReadOnly()) {
            content.put(start, new byte[length]);
        }
    }

    private void makeRoomFor(int more) {
        if (size + more > bytes.length) {
            byte[] larger = Arrays.copyOf(bytes, Math.min(bound, Math.max(2 * bytes.length, size + more)));
            wipe(bytes);
            bytes = larger;
        }
    }

    private byte[] shrunk() {
        byte[] exact = Arrays.copyOf(bytes, size);
        wipe(bytes);
        return exact;
    }

    private void refuse() {
        wipe(bytes);
        whole.completeExceptionally(
                new RefusedException(ErrorCode.MESSAGE_TOO_LARGE, "the request is larger than " + bound + " bytes"));
    }

    /** It holds a proof of a PIN. */
    private static void wipe(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0);
    }
}
