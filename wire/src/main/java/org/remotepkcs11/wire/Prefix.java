package org.remotepkcs11.wire;

import java.nio.charset.StandardCharsets;

/** What stands before the body in what is signed, so that no signature can serve as another. */
enum Prefix {
    REQUEST("remote-pkcs11 v1 request\n"),
    REPLY("remote-pkcs11 v1 reply\n"),
    PIN_PROOF("remote-pkcs11 v1 pin proof\n"),
    CARD_PIN("remote-pkcs11 v1 card pin\n"),
    /** Notes have no prefix: C2SP signed-note. */
    NOTE(""),
    /** Signed once, when a key pair is taken up, to see that it is a pair. */
    PROBE("remote-pkcs11 v1 probe\n");

    private final byte[] bytes;

    Prefix(String text) {
        bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Not to be changed. */
    byte[] bytes() {
        return bytes;
    }
}
