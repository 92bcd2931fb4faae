package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnrollmentCodeTest {
    private final PublicKey authority = publicKey();
    private final EnrollmentCode code = EnrollmentCode.fresh(authority);

    @Test
    void codeIsElevenGroupsOfFour() {
        assertThat(code.text()).matches("([0-9A-HJKMNP-TV-Z]{4}-){10}[0-9A-HJKMNP-TV-Z]{4}");
    }

    @Test
    void typedCodeIsUnderstoodAsPeopleTypeIt() throws Exception {
        String typed = " " + code.text().toLowerCase(Locale.ROOT).replace('-', ' ').replace('0', 'o').replace('1', 'l');
        assertThat(EnrollmentCode.parse(typed).text()).isEqualTo(code.text());
        assertThat(EnrollmentCode.parse(typed).hash()).isEqualTo(code.hash());
    }

    @Test
    void codeNamesItsOwnAuthorityOnly() {
        assertThat(code.names(authority)).isTrue();
        assertThat(code.names(publicKey())).isFalse();
    }

    @Test
    void twoCodesOfOneAuthorityDiffer() {
        assertThat(EnrollmentCode.fresh(authority).hash()).isNotEqualTo(code.hash());
    }

    @Test
    void everyDigitMistypedIsFound() {
        for (int i = 0; i < code.text().length(); i++) {
            char digit = code.text().charAt(i);
            if (digit != '-') {
                String mistyped = code.text().substring(0, i) + (digit == '2' ? '3' : '2') + code.text().substring(i + 1);
                assertRefused(mistyped);
            }
        }
    }

    @Test
    void neighboursExchangedAreFound() {
        String text = code.text();
        for (int i = 0; i + 1 < text.length(); i++) {
            String exchanged = text.substring(0, i) + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2);
            if (!exchanged.replace("-", "").equals(text.replace("-", ""))) {
                assertRefused(exchanged);
            }
        }
    }

    @Test
    void otherTextsAreRefused() {
        assertRefused("");
        assertRefused(code.text().substring(1));
        assertRefused(code.text() + "0");
        assertRefused(code.text().replace('-', '_'));
        assertRefused("Ü".repeat(100_000));
    }

    @Test
    void randomTextsNeverFailOtherwise() {
        Random random = new Random(11);
        byte[] bytes = new byte[60];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(bytes);
            assertRefused(new String(bytes, 0, i % 60, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void codeIsNotShownByToString() {
        assertThat(code.toString()).doesNotContain(code.text().substring(0, 4));
    }

    /** Values made with Python's int and the alphabet of the definition. */
    @Test
    void base32FollowsItsDefinition() {
        assertThat(CrockfordBase32.encode(HexFormat.of().parseHex("00ff10"))).isEqualTo("03ZH-0");
        assertThat(CrockfordBase32.encode("RemotePKCS11".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("A9JP-TVVM-CN84-PGTK-64RG");
    }

    private static void assertRefused(String text) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> EnrollmentCode.parse(text))
                .extracting(RefusedException::code).isEqualTo(ErrorCode.CODE_INVALID);
    }

    private static PublicKey publicKey() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
