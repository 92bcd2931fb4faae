package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bouncy Castle seals; the JDK's own X25519, HMAC and AES, put together as RFC 9180 says, open. */
class CardPinSealTest {
    private static final TestKey READER = TestKey.of("proxy-x25519");
    private static final Request RENEW = new Request.Administer(new Administration.RenewCardPin(Samples.CARD, ""));
    private static final RequestHeader HEADER = Samples.header("user-ed25519", false);
    private static final CardPinSeal.Bound BOUND = RequestSealer.bound(HEADER, RENEW);
    private static final byte[] KEM = joined("KEM".getBytes(StandardCharsets.US_ASCII), new byte[] {0, 0x20});
    private static final byte[] SUITE = joined("HPKE".getBytes(StandardCharsets.US_ASCII), new byte[] {0, 0x20, 0, 1, 0, 2});

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 63, 64, 256})
    void pinIsOpenedByAnotherProgramAndByOurs(int length) throws Exception {
        byte[] pin = Samples.bytes(length, 0x30);
        byte[] sealed = CardPinSeal.seal(pin, READER.pinKey().publicKey(), BOUND);
        byte[] padded = openedByTheJdk(sealed);
        assertThat(padded).hasSize((length / 64 + 1) * 64).startsWith(pin);
        assertThat(padded[length]).isEqualTo((byte) 0x80);
        assertThat(CardPinSeal.open(sealed, READER.agreement(), BOUND)).isEqualTo(pin);
    }

    @Test
    void keyOpensOnePin() throws Exception {
        PinKey key = READER.pinKey();
        renewal(key).openCardPin(key);
        assertThatThrownBy(() -> renewal(key).openCardPin(key)).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SESSION_UNKNOWN));
    }

    private static ReceivedRequest renewal(PinKey key) throws RefusedException {
        Secret secret = Samples.secret(Samples.PROOF, Samples.NONE, Samples.CARD_PIN).forReader(key.publicKey());
        return ReceivedRequest.decode(
                new RequestSealer(TestKey.of("user-ed25519").signer()).seal(HEADER, RENEW, secret).bytes());
    }

    @Test
    void pinOfAnotherRequestIsRefused() {
        byte[] sealed = CardPinSeal.seal(Samples.CARD_PIN, READER.pinKey().publicKey(), BOUND);
        Id other = Id.random();
        List<RequestHeader> others = List.of(
                header(other, HEADER.user(), HEADER.session(), HEADER.sequence()),
                header(HEADER.proxy(), other, HEADER.session(), HEADER.sequence()),
                header(HEADER.proxy(), HEADER.user(), other, HEADER.sequence()),
                header(HEADER.proxy(), HEADER.user(), HEADER.session(), 8));
        for (RequestHeader header : others) {
            refused(sealed, new CardPinSeal.Bound(header, BOUND.inputHash()));
        }
        refused(sealed, new CardPinSeal.Bound(HEADER, other));
        sealed[40] ^= 1;
        refused(sealed, BOUND);
        refused(new byte[sealed.length], BOUND);
    }

    private static RequestHeader header(Id proxy, Id user, Id session, long sequence) {
        return new RequestHeader(proxy, user, session, HEADER.proxyNonce(), sequence, HEADER.operation(), HEADER.time());
    }

    private static void refused(byte[] sealed, CardPinSeal.Bound bound) {
        assertThatThrownBy(() -> CardPinSeal.open(sealed, READER.agreement(), bound))
                .isInstanceOfSatisfying(RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SECRET_MISMATCH));
    }

    /** RFC 9180 sections 4.1, 5.1 and 5.2. */
    private static byte[] openedByTheJdk(byte[] sealed) throws GeneralSecurityException {
        byte[] enc = Arrays.copyOf(sealed, 32);
        byte[] encoded = READER.publicKey().getEncoded();
        byte[] own = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        byte[] eae = extract(KEM, "eae_prk", dh(enc), new byte[0]);
        byte[] shared = expand(KEM, eae, "shared_secret", joined(enc, own), 32);
        byte[] context = joined(new byte[] {0}, extract(SUITE, "psk_id_hash", new byte[0], new byte[0]),
                extract(SUITE, "info_hash", BOUND.info(), new byte[0]));
        byte[] secret = extract(SUITE, "secret", new byte[0], shared);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(expand(SUITE, secret, "key", context, 32), "AES"),
                new GCMParameterSpec(128, expand(SUITE, secret, "base_nonce", context, 12)));
        cipher.updateAAD(BOUND.associatedData());
        return cipher.doFinal(sealed, 32, sealed.length - 32);
    }

    private static byte[] dh(byte[] enc) throws GeneralSecurityException {
        byte[] der = joined(HexFormat.of().parseHex("302a300506032b656e032100"), enc);
        PublicKey ephemeral = KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(der));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(READER.privateKey());
        agreement.doPhase(ephemeral, true);
        return agreement.generateSecret();
    }

    /** LabeledExtract. */
    private static byte[] extract(byte[] suite, String label, byte[] material, byte[] salt)
            throws GeneralSecurityException {
        return hmac(salt.length == 0 ? new byte[32] : salt, joined(ascii("HPKE-v1"), suite, ascii(label), material));
    }

    /** LabeledExpand, of at most one block. */
    private static byte[] expand(byte[] suite, byte[] key, String label, byte[] info, int length)
            throws GeneralSecurityException {
        byte[] labelled = joined(new byte[] {0, (byte) length}, ascii("HPKE-v1"), suite, ascii(label), info);
        return Arrays.copyOf(hmac(key, joined(labelled, new byte[] {1})), length);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
