package org.remotepkcs11.proxy.access;

import java.nio.charset.StandardCharsets;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Names of people and labels of cards, as tools can show them. */
final class Names {
    private static final int MAX_NAME_BYTES = 64;
    /** {@code CK_TOKEN_INFO.label}, PKCS #11 v3.1 section 3.2. */
    private static final int MAX_LABEL_BYTES = 32;

    private Names() {
    }

    static void checkPerson(String name) throws RefusedException {
        check("name", name, MAX_NAME_BYTES);
    }

    static void checkLabel(String label) throws RefusedException {
        check("label", label, MAX_LABEL_BYTES);
    }

    private static void check(String what, String text, int most) throws RefusedException {
        boolean sound = !text.isEmpty() && text.equals(text.strip())
                && text.getBytes(StandardCharsets.UTF_8).length <= most
                && text.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        if (!sound) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "a " + what + " has 1 to " + most
                    + " bytes of utf-8, no control characters, no blanks at its ends");
        }
    }
}
