package org.remotepkcs11.proxy.cards.pkcs11;

import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** A module answered with something else than CKR_OK. The one place where {@code CKR_*} become error codes. */
final class CkException extends Exception {
    private static final long serialVersionUID = 1;
    private static final Set<Long> STALE = Set.of(Ck.R_SESSION_HANDLE_INVALID, Ck.R_SESSION_CLOSED,
            Ck.R_USER_NOT_LOGGED_IN, Ck.R_KEY_HANDLE_INVALID, Ck.R_OBJECT_HANDLE_INVALID, Ck.R_OPERATION_ACTIVE,
            Ck.R_OPERATION_NOT_INITIALIZED, Ck.R_CRYPTOKI_NOT_INITIALIZED);
    private static final Set<Long> VAGUE = Set.of(Ck.R_GENERAL_ERROR, Ck.R_FUNCTION_FAILED);
    private static final Set<Long> UNFIT = Set.of(Ck.R_DATA_INVALID, Ck.R_DATA_LEN_RANGE, Ck.R_ENCRYPTED_DATA_INVALID,
            Ck.R_ENCRYPTED_DATA_LEN_RANGE, Ck.R_KEY_SIZE_RANGE, Ck.R_MECHANISM_PARAM_INVALID, Ck.R_ARGUMENTS_BAD);
    private static final Set<Long> UNSUPPORTED = Set.of(Ck.R_MECHANISM_INVALID, Ck.R_KEY_TYPE_INCONSISTENT);
    private static final Set<Long> PIN = Set.of(Ck.R_PIN_INCORRECT, Ck.R_PIN_INVALID, Ck.R_PIN_LEN_RANGE,
            Ck.R_PIN_EXPIRED, Ck.R_PIN_LOCKED);
    private static final Set<Long> ABSENT = Set.of(Ck.R_DEVICE_REMOVED, Ck.R_TOKEN_NOT_PRESENT,
            Ck.R_TOKEN_NOT_RECOGNIZED, Ck.R_SLOT_ID_INVALID);

    private final CkFunction function;
    private final long rv;

    CkException(CkFunction function, long rv) {
        super(function + " gave 0x" + Long.toHexString(rv));
        this.function = function;
        this.rv = rv;
    }

    boolean is(long value) {
        return rv == value;
    }

    /** Session, login, handle or token are no longer what they were; beginning anew may help. */
    boolean isStale() {
        return STALE.contains(rv) || isAbsent();
    }

    boolean isPinRefused() {
        return PIN.contains(rv);
    }

    boolean isAbsent() {
        return ABSENT.contains(rv);
    }

    /** The session is better not used again. */
    boolean isOfSession() {
        return isStale() || rv == Ck.R_DEVICE_ERROR;
    }

    /** The token does not know the mechanism, or not with these parameters. */
    boolean isOfMechanism() {
        return rv == Ck.R_MECHANISM_INVALID || rv == Ck.R_MECHANISM_PARAM_INVALID || rv == Ck.R_ARGUMENTS_BAD;
    }

    boolean isVague() {
        return VAGUE.contains(rv);
    }

    RefusedException refusal() {
        return new RefusedException(Refusal.of(code(), "the card answered " + function + " with 0x" + Long.toHexString(rv)),
                this);
    }

    private ErrorCode code() {
        if (ABSENT.contains(rv)) {
            return ErrorCode.CARD_ABSENT;
        }
        if (PIN.contains(rv)) {
            return ErrorCode.CARD_PIN_REFUSED;
        }
        if (UNSUPPORTED.contains(rv)) {
            return ErrorCode.MECHANISM_FORBIDDEN;
        }
        // Many modules say no more than this of a ciphertext or point that is not for their key.
        boolean vagueOfInput = VAGUE.contains(rv)
                && (function == CkFunction.C_DECRYPT || function == CkFunction.C_DERIVE_KEY);
        if (UNFIT.contains(rv) || vagueOfInput) {
            return ErrorCode.INPUT_INVALID;
        }
        if (rv == Ck.R_KEY_FUNCTION_NOT_PERMITTED) {
            return ErrorCode.KEY_FORBIDDEN;
        }
        if (rv == Ck.R_KEY_HANDLE_INVALID || rv == Ck.R_OBJECT_HANDLE_INVALID) {
            return ErrorCode.KEY_UNKNOWN;
        }
        return rv == Ck.R_SESSION_COUNT ? ErrorCode.CARD_BUSY : ErrorCode.CARD_FAILED;
    }
}
