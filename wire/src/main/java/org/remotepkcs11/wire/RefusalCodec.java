package org.remotepkcs11.wire;

import java.time.Duration;
import org.remotepkcs11.proto.V1;

/** {@link Refusal}s as messages. */
final class RefusalCodec {
    private static final int MAX_TRIES = 1000;

    private RefusalCodec() {
    }

    static V1.Refusal encode(Refusal refusal) {
        return V1.Refusal.newBuilder()
                .setCode(refusal.code().number())
                .setDetail(oneLine(refusal.detail()))
                .setTriesLeft(refusal.triesLeft())
                .setRetryAfterMs((int) Math.min(refusal.retryAfter().toMillis(), MessageBounds.MAX_WAIT_MS))
                .build();
    }

    /** Details may quote modules and cards, which say anything. */
    private static String oneLine(String detail) {
        String bounded = detail.length() > MessageBounds.MAX_DETAIL_CHARS
                ? detail.substring(0, MessageBounds.MAX_DETAIL_CHARS - 1) + "…" : detail;
        return bounded.replaceAll("[\\p{Cc}\\p{Cs}]", " ");
    }

    static Refusal decode(V1.Refusal message) throws RefusedException {
        Fields.known(message);
        ErrorCode code = ErrorCode.ofNumber(message.getCode());
        if (code.httpStatus() == 0) {
            throw Fields.malformed("a refusal has code " + Integer.toUnsignedString(message.getCode())
                    + ", which no proxy of this version sends");
        }
        return new Refusal(code, Fields.line(message.getDetail(), MessageBounds.MAX_DETAIL_CHARS, "detail"),
                Fields.number(message.getTriesLeft(), MAX_TRIES, "tries_left"),
                Duration.ofMillis(Fields.number(message.getRetryAfterMs(), MessageBounds.MAX_WAIT_MS,
                        "retry_after_ms")));
    }
}
