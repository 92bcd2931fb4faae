package org.remotepkcs11.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.audit.format.LogEntry;
import org.remotepkcs11.proxy.audit.format.OperationOutcome;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Role;

/** Bytes flipped, cut and added at random: read or refused, never anything else. */
class DamagedFormatsTest {
    private static final int ROUNDS = 20_000;
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final AuditEntry.Evidence EVIDENCE =
            new AuditEntry.Evidence(Id.of(new byte[32]), new byte[] {1, 2, 3}, new byte[] {4, 5});
    private static final AuditEntry.Right RIGHT = new AuditEntry.Right(Id.random(), Id.random());
    private static final List<AuditEntry.Matter> MATTERS = List.of(new AuditEntry.Intent(EVIDENCE, RIGHT),
            new AuditEntry.Done(EVIDENCE, AuditEntry.Right.NONE),
            new AuditEntry.Outcome(17, Optional.of(Refusal.of(ErrorCode.CARD_FAILED, "it died")),
                    List.of(new AuditEntry.Result(0, Id.of(new byte[32]), List.of("piv:17", "piv:18")),
                            new AuditEntry.Result(62, Id.NONE, List.of()))),
            new AuditEntry.Refused(Id.NONE, "10.0.0.1", Optional.empty(), AuditEntry.Right.NONE,
                    Refusal.of(ErrorCode.USER_UNKNOWN, "who"), 3),
            new AuditEntry.Happened("enrolled", "alice", Optional.of(Role.USER), new byte[] {9}));

    @TempDir
    private Path dir;
    private final Random random = new Random(20260301);

    private byte[] damaged(byte[] sound) {
        byte[] bytes = Arrays.copyOf(sound, Math.max(1, sound.length + random.nextInt(3) - 1));
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    @Test
    void entriesComeBackAsTheyWere() throws Exception {
        for (AuditEntry.Matter matter : MATTERS) {
            AuditEntry entry = new AuditEntry(TIME, matter);
            AuditEntry back = AuditEntryCodec.decode(AuditEntryCodec.encode(entry));
            assertThat(back).usingRecursiveComparison().isEqualTo(entry);
        }
    }

    @Test
    void outcomeOfBeforeCardsWereNamedIsReadAsOneThatNamesNone() throws Exception {
        byte[] before = LogEntry.newBuilder().setKind(LogEntry.Kind.OUTCOME).setIntent(17)
                .addOutcomes(OperationOutcome.newBuilder().setCode(62)).build().toByteArray();
        AuditEntry.Outcome outcome = (AuditEntry.Outcome) AuditEntryCodec.decode(before).matter();
        assertThat(outcome.results()).containsExactly(new AuditEntry.Result(62, Id.NONE, List.of()));
        assertThat(new EntryText().of(18, before)).endsWith("outcome of 17: done, code 62");
    }

    @Test
    void damagedEntriesAreReadOrRefused() {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] sound = AuditEntryCodec.encode(new AuditEntry(TIME, MATTERS.get(i % MATTERS.size())));
            try {
                assertThat(new EntryText().of(i, AuditEntryCodec.decode(damaged(sound)))).doesNotContain("\n");
            } catch (UnreadableEntryException refused) {
                assertThat(refused.getMessage()).contains("entry");
            }
        }
    }

    @Test
    void damagedExportsAreReadOrRefused() throws Exception {
        Path file = dir.resolve("export");
        byte[] sound = "remote-pkcs11 audit log v1\n0 AAAA\n1 AAECAw==\n\nhead\n1\nAAAA\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < ROUNDS / 20; i++) {
            Files.write(file, damaged(sound));
            try (AuditExport export = AuditExport.open(file)) {
                export.forEach((index, body) -> assertThat(body.length).isLessThan(100));
                assertThat(export.head().orElse("").length()).isLessThan(100);
            } catch (IOException refused) {
                assertThat(refused).isNotNull();
            }
        }
    }
}
