package org.remotepkcs11.proxy.cards.software;

import java.time.Duration;
import java.util.List;

/**
 * What a new software card is to hold.
 *
 * @param label    of the token, at most 32 bytes of UTF-8
 * @param subject  common name in its certificates
 * @param keys     one key with a certificate each
 * @param validity of the certificates
 * @param tries    wrong PINs in a row that lock the card: 3 to 10
 */
public record SoftwareCardSpec(String label, String subject, List<SoftwareKeyType> keys, Duration validity, int tries) {
    /** One RSA-2048 and one P-256 key, two years, five tries. */
    public static SoftwareCardSpec of(String label, String subject) {
        return new SoftwareCardSpec(label, subject, List.of(SoftwareKeyType.RSA_2048, SoftwareKeyType.P_256),
                Duration.ofDays(730), 5);
    }

    public SoftwareCardSpec {
        keys = List.copyOf(keys);
        if (label.isBlank() || subject.isBlank() || keys.isEmpty() || tries < 3 || tries > 10) {
            throw new IllegalArgumentException("a software card needs a label, a subject, a key and 3 to 10 tries");
        }
    }

    public SoftwareCardSpec withKeys(SoftwareKeyType... types) {
        return new SoftwareCardSpec(label, subject, List.of(types), validity, tries);
    }

    public SoftwareCardSpec withTries(int count) {
        return new SoftwareCardSpec(label, subject, keys, validity, count);
    }
}
