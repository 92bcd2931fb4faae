package org.remotepkcs11.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.Id;

/** Backups come from mail boxes and foreign disks. */
class OpeningFuzzTest {
    private static final Authority AUTHORITY = Authority.create(Instant.now());
    private static final KeyPair OWNER = Keys.p256();
    private static final X509Certificate OWNERS =
            AUTHORITY.issueUser(OWNER.getPublic(), "olga", Instant.now(), Duration.ofDays(1));
    private static final Opening OPENING = new Opening(AUTHORITY.certificate(),
            List.of(new Opening.Recipient(OWNER.getPrivate(), OWNERS)));
    private static final Parcel PARCEL = new Parcel(Parcel.Kind.LOG, Id.random(), "key", Instant.now(),
            new Parcel.Range(3, 7), new byte[] {1, 2, 3, '\r', '\n', 0});

    private static byte[] sealed(Authority authority, boolean forBackups) throws IOException {
        KeyPair pair = Keys.p256();
        X509Certificate certificate = forBackups ? authority.issueBackupSigner(pair.getPublic(), Instant.now())
                : authority.issueUser(pair.getPublic(), "mallory", Instant.now(), Duration.ofDays(1));
        BackupSigner signer = new BackupSigner(pair.getPrivate(), List.of(certificate, authority.certificate()));
        return new Sealing(signer, List.of(OWNERS)).seal(PARCEL);
    }

    @Test
    void whatIsSealedComesOutAgain() throws Exception {
        Parcel opened = OPENING.open(sealed(AUTHORITY, true));
        assertThat(opened.name()).isEqualTo(PARCEL.name());
        assertThat(opened.made()).isEqualTo(PARCEL.made());
        assertThat(opened.proxy()).isEqualTo(PARCEL.proxy());
        assertThat(opened.content()).isEqualTo(PARCEL.content());
    }

    /** By a user of the same proxy, and by another proxy. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOthersSignedIsRefused(boolean sameAuthority) throws Exception {
        byte[] forged = sameAuthority ? sealed(AUTHORITY, false) : sealed(Authority.create(Instant.now()), true);
        assertThat(refusal(forged)).isNotEmpty();
    }

    private static String refusal(byte[] message) {
        try {
            OPENING.open(message);
            return "";
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    @FuzzTest
    void anythingIsOpenedOrRefused(byte[] bytes) {
        assertThat(refusal(bytes)).isNotEmpty();
    }

    @FuzzTest
    void anythingThatSomebodyEncryptedIsOpenedOrRefused(byte[] bytes) throws IOException {
        assertThat(refusal(Smime.entity(Smime.SIGNED, bytes))).isNotEmpty();
    }

    @FuzzTest
    void keysAreReadOrRefused(byte[] bytes) {
        Parcel parcel = new Parcel(Parcel.Kind.KEYS, Id.random(), "key", Instant.now(), new Parcel.Range(0, 0), bytes);
        try {
            assertThat(KeyArchive.of(parcel).files()).isNotNull();
        } catch (IOException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
