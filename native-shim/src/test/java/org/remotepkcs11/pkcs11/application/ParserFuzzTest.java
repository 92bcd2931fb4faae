package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.crypto.EcParameters;
import org.remotepkcs11.pkcs11.crypto.PrivateKeys;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.CardObjects;
import org.remotepkcs11.pkcs11.object.TokenObject;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** Certificates, keys and curves of others are either understood or refused by a return value. */
class ParserFuzzTest {
    private static final RemoteCard EMPTY = SoftwareCards.with().card("Demo card", PinState.OK, true);

    /** Fuzz with {@code JAZZER_FUZZ=1 mvn test -Dtest=ParserFuzzTest}. */
    @FuzzTest(maxDuration = "2m")
    void whatOthersEncodeIsUnderstoodOrRefused(byte[] encoded) {
        refusedAtMost(() -> PublicKeys.decode(encoded));
        refusedAtMost(() -> PrivateKeys.raw(PrivateKeys.decode(encoded)));
        refusedAtMost(() -> PrivateKeys.generate(EcParameters.decode(encoded)));
        refusedAtMost(() -> PublicKeys.point(PublicKeys.decode(SoftwareKey.p256().publicKey().getEncoded()), encoded));
        cardWith(encoded).matching(Template.EMPTY).forEach(ParserFuzzTest::readAll);
    }

    private static CardObjects cardWith(byte[] encoded) {
        return CardObjects.of(new RemoteCard(EMPTY.id(), EMPTY.token(), EMPTY.owner(), EMPTY.delegation(), EMPTY.pin(),
                PinState.OK, true, EMPTY.mechanisms(), List.of(new CertificateObject(Id.NONE, "a", encoded)),
                List.of(new PrivateKeyObject(Id.NONE, "b", encoded, Set.of(), Set.of())),
                Optional.empty(), Optional.empty()));
    }

    private static void readAll(TokenObject object) {
        for (long type : new long[] {CKA.SUBJECT, CKA.MODULUS, CKA.EC_POINT, CKA.START_DATE, CKA.VALUE}) {
            refusedAtMost(() -> object.reveal(type));
        }
    }

    private static void refusedAtMost(Runnable parser) {
        try {
            parser.run();
        } catch (CkException refused) {
            assertThat(refused.returnValue()).isPositive();
        }
    }

    @Test
    void mutationsAreUnderstoodOrRefused() throws Exception {
        Random random = new Random(20261121);
        List<byte[]> seeds = List.of(SoftwareKey.rsa().certificate().orElseThrow(),
                SoftwareKey.p256().certificate().orElseThrow(), SoftwareKey.rsa().publicKey().getEncoded(),
                SoftwareKey.p256().publicKey().getEncoded(), SoftwareKey.ed25519().publicKey().getEncoded(),
                SoftwareKey.p256().pair().getPrivate().getEncoded(),
                SoftwareKey.rsa().pair().getPrivate().getEncoded(), new byte[] {6, 3, 0x2B, 0x65, 0x70});
        for (int round = 0; round < 1_000; round++) {
            byte[] mutated = seeds.get(random.nextInt(seeds.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            whatOthersEncodeIsUnderstoodOrRefused(mutated);
        }
    }
}
