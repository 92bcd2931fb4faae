package org.remotepkcs11.testkit.piv;

import java.util.Optional;

/** Keys of a PIV card and the data objects of their certificates: NIST SP 800-73-4 part 1, tables 3 and 4b. */
public enum PivSlot {
    /** PIN once. OpenSC: CKA_ID 01. */
    AUTHENTICATION(0x9A, 0x5FC105),
    /** PIN before every use (CKA_ALWAYS_AUTHENTICATE). OpenSC: CKA_ID 02. */
    SIGNATURE(0x9C, 0x5FC10A),
    /** PIN once. OpenSC: CKA_ID 03. */
    KEY_MANAGEMENT(0x9D, 0x5FC10B),
    /** No PIN. OpenSC: CKA_ID 04. */
    CARD_AUTHENTICATION(0x9E, 0x5FC101);

    private final int reference;
    private final int certificateObject;

    PivSlot(int reference, int certificateObject) {
        this.reference = reference;
        this.certificateObject = certificateObject;
    }

    static Optional<PivSlot> of(int reference) {
        for (PivSlot slot : values()) {
            if (slot.reference == reference) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    int certificateObject() {
        return certificateObject;
    }
}
