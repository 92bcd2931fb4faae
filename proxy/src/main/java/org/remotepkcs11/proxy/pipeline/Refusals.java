package org.remotepkcs11.proxy.pipeline;

import java.util.concurrent.CompletionException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where whatever went wrong becomes one of the closed list. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private Refusals() {
    }

    static Refusal of(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RefusedException refused) {
            return refused.refusal();
        }
        LOG.error("a request failed unexpectedly", cause);
        return Refusal.of(ErrorCode.PROXY_FAILED, "the proxy failed unexpectedly");
    }
}
