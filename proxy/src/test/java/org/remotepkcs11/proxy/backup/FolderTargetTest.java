package org.remotepkcs11.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.Id;

/** A folder that was backed up to before a restore and is after it: the log is shorter then. */
class FolderTargetTest {
    private static final Instant DAY = Instant.parse("2026-03-01T12:00:00Z");
    private final Authority authority = Authority.create(Instant.now());
    private final KeyPair owner = Keys.p256();
    private final X509Certificate owners =
            authority.issueUser(owner.getPublic(), "olga", Instant.now(), Duration.ofDays(1));
    @TempDir
    private Path folder;
    @TempDir
    private Path scratch;

    private Parcel rules(int day, long entries) {
        return new Parcel(Parcel.Kind.RULES, Id.NONE, "key", DAY.plus(Duration.ofDays(day)),
                new Parcel.Range(0, entries), new byte[] {(byte) day});
    }

    private void deliver(Parcel... parcels) throws Exception {
        KeyPair pair = Keys.p256();
        BackupSigner signer = new BackupSigner(pair.getPrivate(),
                List.of(authority.issueBackupSigner(pair.getPublic(), Instant.now()), authority.certificate()));
        Sealing sealing = new Sealing(signer, List.of(owners));
        for (Parcel parcel : parcels) {
            new FolderTarget(folder, 2).deliver(parcel, sealing.seal(parcel));
        }
    }

    @Test
    void newestCopiesAreKeptThoughOlderOnesAreOfALongerLog() throws Exception {
        deliver(rules(1, 900), rules(2, 950), rules(3, 500), rules(4, 510));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(
                    rules(3, 500).name() + FolderTarget.ENDING, rules(4, 510).name() + FolderTarget.ENDING);
        }
    }

    @Test
    void newestCopyIsRestored() throws Exception {
        deliver(rules(1, 900), rules(2, 500));
        Opening opening = new Opening(authority.certificate(),
                List.of(new Opening.Recipient(owner.getPrivate(), owners)));
        assertThat(StoreParcels.open(opening, List.of(folder), scratch).rules()).map(Parcel::content)
                .hasValue(new byte[] {2});
    }
}
