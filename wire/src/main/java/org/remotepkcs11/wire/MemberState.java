package org.remotepkcs11.wire;

/** What a physical card behind a remote one does. */
public enum MemberState {
    FREE,
    BUSY,
    /** It failed just now, and is kept from work that others can do. */
    QUARANTINED,
    /** It refused the PIN that the proxy keeps: the owner must enter it anew. */
    PIN_REFUSED,
    /** In no reader. */
    AWAY,
    /** What is stored of it was changed outside the proxy: nothing is done with it. */
    UNTRUSTED
}
