package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;

/** The table of mechanisms in {@code docs/reference-pkcs11.md} is that of the program. */
class MechanismReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference-pkcs11.md");
    private static final String MARK = "<!-- mechanisms -->\n";
    private static final Map<String, Long> LETTERS = new LinkedHashMap<>();

    static {
        LETTERS.put("S", CKF.SIGN);
        LETTERS.put("R", CKF.SIGN_RECOVER);
        LETTERS.put("E", CKF.ENCRYPT);
        LETTERS.put("W", CKF.WRAP);
        LETTERS.put("D", CKF.DIGEST);
        LETTERS.put("K", CKF.DERIVE);
        LETTERS.put("G", CKF.GENERATE);
        LETTERS.put("P", CKF.GENERATE_KEY_PAIR);
        LETTERS.put("C", CKF.ENCAPSULATE);
        LETTERS.put("M", CKF.MESSAGE_ENCRYPT);
    }

    @Test
    void everyMechanismHasItsRow() throws IOException {
        String page = Files.readString(PAGE);
        String table = LocalMechanisms.all().entrySet().stream().map(entry -> row(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n", "| Mechanism | Number | Can |\n|---|---|---|\n", "\n"));
        assertThat(page.substring(page.indexOf(MARK) + MARK.length())).isEqualTo(table);
    }

    private static String row(long type, MechanismInfo info) {
        String letters = LETTERS.entrySet().stream().filter(letter -> info.can(letter.getValue()))
                .map(Map.Entry::getKey).collect(Collectors.joining(" "));
        return "| `" + CKM.name(type) + "` | 0x" + Long.toHexString(type) + " | " + letters + " |";
    }
}
