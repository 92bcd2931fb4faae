package org.remotepkcs11.wire;

/** Something was not done, for a reason of the closed list. */
public final class RefusedException extends Exception {
    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    public RefusedException(Refusal refusal, Throwable cause) {
        super(refusal.message(), cause);
        this.refusal = refusal;
    }

    public RefusedException(ErrorCode code, String detail) {
        this(Refusal.of(code, detail));
    }

    public Refusal refusal() {
        return refusal;
    }

    public ErrorCode code() {
        return refusal.code();
    }
}
