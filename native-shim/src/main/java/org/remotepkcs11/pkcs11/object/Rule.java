package org.remotepkcs11.pkcs11.object;

import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/**
 * What may be said of one attribute of a session object.
 *
 * @param standard value where the template says nothing; null: it must be said
 * @param change   afterwards, by {@code C_SetAttributeValue} and {@code C_CopyObject}
 */
record Rule(long type, byte[] standard, Change change) {
    private static final byte[] EMPTY = new byte[0];
    private static final int CK_DATE_BYTES = 8;

    /** Footnotes 8, 11 and 12 of PKCS #11 v3.2 table 11, and what only a copy may change. */
    enum Change { ALWAYS, TO_TRUE, TO_FALSE, IN_A_COPY, NEVER }

    static Rule required(long type) {
        return new Rule(type, null, Change.NEVER);
    }

    static Rule bool(long type, boolean standard, Change change) {
        return new Rule(type, Canonical.bool(standard), change);
    }

    static Rule ulong(long type, long standard) {
        return new Rule(type, Canonical.ulong(standard), Change.NEVER);
    }

    static Rule bytes(long type, Change change) {
        return new Rule(type, EMPTY, change);
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} */
    void checkForm(byte[] value) {
        switch (CKA.kind(type)) {
            case BOOL -> Canonical.boolOf(value);
            case ULONG -> Canonical.ulongOf(value);
            case ULONGS -> Canonical.ulongsOf(value);
            default -> {
                boolean date = type == CKA.START_DATE || type == CKA.END_DATE;
                if (date && value.length != 0 && value.length != CK_DATE_BYTES) {
                    throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "no CK_DATE");
                }
            }
        }
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_READ_ONLY} */
    void checkChange(byte[] before, byte[] after, boolean copying) {
        boolean allowed = switch (change) {
            case ALWAYS -> true;
            case TO_TRUE -> !Canonical.boolOf(before) || copying && Canonical.boolOf(after);
            case TO_FALSE -> Canonical.boolOf(before) || copying && !Canonical.boolOf(after);
            case IN_A_COPY -> copying;
            case NEVER -> false;
        };
        if (!allowed) {
            throw new CkException(CKR.ATTRIBUTE_READ_ONLY, CKA.name(type) + " cannot be changed so");
        }
    }
}
