package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestoredHeadTest {
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123Z");

    private NoteSigner log;
    private Checkpoint head;
    private String statement;

    @BeforeEach
    void sign() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        log = NoteSigner.of("remote-pkcs11/00", pair.getPrivate(), pair.getPublic());
        head = new Checkpoint("remote-pkcs11/00", 12, Id.of(new byte[32]));
        statement = RestoredHead.sign(head, TIME, log);
    }

    @Test
    void statementSaysFromWhichTreeTheLogGoesOn() throws Exception {
        assertThat(RestoredHead.verify(statement, log.verifier())).isEqualTo(new RestoredHead(head, TIME));
        assertThat(RestoredHead.headOf(statement)).contains(head);
        assertThat(RestoredHead.headOf(head.sign(log))).contains(head);
    }

    @Test
    void statementIsNoTreeHeadAndTheOtherWayRound() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Checkpoint.verify(statement, log.verifier()));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> RestoredHead.verify(head.sign(log), log.verifier()));
    }

    @Test
    void changedStatementIsRefused() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> RestoredHead.verify(statement.replace("\n12\n", "\n13\n"), log.verifier()))
                .matches(refused -> refused.code() == ErrorCode.SIGNATURE_WRONG);
    }

    @FuzzTest
    void anythingIsReadOrRefused(byte[] bytes) {
        String note = new String(bytes, StandardCharsets.UTF_8);
        assertThat(RestoredHead.headOf(note)).isNotNull();
    }
}
