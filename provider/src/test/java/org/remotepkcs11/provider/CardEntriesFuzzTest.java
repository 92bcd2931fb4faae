package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RemoteCard;

/** A card may hold certificates that nobody can read; the others must be shown all the same. */
class CardEntriesFuzzTest {
    private static final int MUTATIONS = 300;
    private static final RemoteCard CARD = card();

    private static RemoteCard card() {
        try {
            return Station.software().card();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<byte[]> certificates() {
        return CARD.certificates().stream().map(CertificateObject::der);
    }

    @MethodSource("certificates")
    @FuzzTest
    void certificate(byte[] der) throws CertificateException {
        List<CertificateObject> all = new ArrayList<>(CARD.certificates());
        all.add(new CertificateObject(Id.NONE, "odd", der));
        RemoteCard odd = new RemoteCard(CARD.id(), CARD.token(), CARD.owner(), CARD.delegation(), CARD.pin(),
                CARD.pinState(), true, CARD.mechanisms(), all, CARD.keys(), Optional.empty(), Optional.empty());
        assertThat(new CardEntries(odd).aliases()).contains("rsa-2048", "p-256");
    }

    @Test
    void mutatedCertificatesDisturbNothing() throws CertificateException {
        Random random = new Random(11);
        byte[] seed = CARD.certificates().get(0).der();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = seed.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            certificate(mutated);
        }
    }
}
