package org.remotepkcs11.pkcs11.cryptoki;

/**
 * A Cryptoki function ends with a return value other than {@code CKR_OK}. Tools provoke some of these thousands of
 * times a second, so no stack trace is taken; the cause, where there is one, has its own.
 */
public final class CkException extends RuntimeException {
    private final long returnValue;

    /** @param returnValue one of {@link CKR} */
    public CkException(long returnValue) {
        this(returnValue, null, null);
    }

    /** @param reason one lower-case sentence for the log, without secrets */
    public CkException(long returnValue, String reason) {
        this(returnValue, reason, null);
    }

    public CkException(long returnValue, String reason, Throwable cause) {
        super(CKR.name(returnValue) + (reason == null ? "" : ": " + reason), cause, false, false);
        this.returnValue = returnValue;
    }

    public long returnValue() {
        return returnValue;
    }
}
