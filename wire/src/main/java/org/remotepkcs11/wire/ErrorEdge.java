package org.remotepkcs11.wire;

import java.lang.System.Logger.Level;

/** How an {@link ErrorCode} looks beyond the protocol. */
record ErrorEdge(ErrorCode.Jca jca, long ckr, Level level, boolean isRetryable) {
    static ErrorEdge login(long ckr, Level level) {
        return new ErrorEdge(ErrorCode.Jca.LOGIN, ckr, level, false);
    }

    static ErrorEdge key(long ckr, Level level) {
        return new ErrorEdge(ErrorCode.Jca.KEY, ckr, level, false);
    }

    static ErrorEdge signature(long ckr, Level level) {
        return new ErrorEdge(ErrorCode.Jca.SIGNATURE, ckr, level, false);
    }

    ErrorEdge retryable() {
        return new ErrorEdge(jca, ckr, level, true);
    }
}
