package org.remotepkcs11.wire;

import java.time.Duration;

/**
 * Why something was not done.
 *
 * @param detail     one lower-case sentence without secrets; the code's hint follows it when shown
 * @param triesLeft  of the virtual PIN, where the code is {@link ErrorCode#PIN_WRONG}
 * @param retryAfter where the code is retryable and the proxy knows; else zero
 */
public record Refusal(ErrorCode code, String detail, int triesLeft, Duration retryAfter) {
    public static Refusal of(ErrorCode code, String detail) {
        return new Refusal(code, detail, 0, Duration.ZERO);
    }

    /** As shown to people: detail, then hint. */
    public String message() {
        return detail + " (" + code + "): " + code.hint();
    }
}
