package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.LongStream;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;

/** Keys that are made, wrapped, unwrapped and derived here. */
class KeyTest {
    private static final byte[] DATA = "data".getBytes(UTF_8);
    private static final byte[] P256 = HexFormat.of().parseHex("06082a8648ce3d030107");
    private static final Attribute OPEN = Attribute.ofBool(CKA.EXTRACTABLE, true);
    private static final Attribute SEEN = Attribute.ofBool(CKA.SENSITIVE, false);

    private final Host host = Host.with(SoftwareKey.rsa());
    private final KeyFunctions keys = host.application.keys();

    @AfterEach
    void close() {
        host.close();
    }

    private long generate(long type, Attribute... template) {
        return keys.generate(host.session, Mechanism.of(type), Template.of(template));
    }

    @ParameterizedTest
    @CsvSource({"0x1080, 0x1F, 32", "0x131, 0x15, 24", "0x130, 0x14, 16", "0x350, 0x10, 20", "0x402C, 0x42, 64",
        "0x1225, 0x33, 32"})
    void secretKeysAreMade(String type, String keyType, int length) {
        boolean fixed = length == 24 || length == 16 || keyType.equals("0x33");
        long key = fixed ? generate(Long.decode(type)) : generate(Long.decode(type), Attribute.ofUlong(CKA.VALUE_LEN, length));
        assertThat(host.value(key, CKA.KEY_TYPE)).isEqualTo(Canonical.ulong(Long.decode(keyType)));
        assertThat(host.value(key, CKA.VALUE)).hasSize(length).isNotEqualTo(new byte[length]);
        assertThat(host.value(key, CKA.LOCAL)).isEqualTo(Canonical.bool(true));
        assertThat(host.value(key, CKA.KEY_GEN_MECHANISM)).isEqualTo(Canonical.ulong(Long.decode(type)));
    }

    @Test
    void templateOfAKeyToBeMadeIsHeldToTheRules() {
        assertReturns(CKR.TEMPLATE_INCOMPLETE, () -> generate(CKM.AES_KEY_GEN));
        assertReturns(CKR.KEY_SIZE_RANGE, () -> generate(CKM.AES_KEY_GEN, Attribute.ofUlong(CKA.VALUE_LEN, 17)));
        assertReturns(CKR.TEMPLATE_INCONSISTENT, () -> generate(CKM.AES_KEY_GEN,
                Attribute.ofUlong(CKA.VALUE_LEN, 16), Attribute.ofUlong(CKA.KEY_TYPE, CKK.DES3)));
        assertReturns(CKR.TEMPLATE_INCONSISTENT, () -> generate(CKM.AES_KEY_GEN,
                Attribute.ofUlong(CKA.VALUE_LEN, 16), Attribute.ofUlong(CKA.CLASS, CKO.PUBLIC_KEY)));
        assertReturns(CKR.TEMPLATE_INCONSISTENT, () -> generate(CKM.AES_KEY_GEN,
                Attribute.ofUlong(CKA.VALUE_LEN, 16), new Attribute(CKA.VALUE, new byte[16])));
        assertReturns(CKR.MECHANISM_INVALID, () -> generate(CKM.AES_CBC, Attribute.ofUlong(CKA.VALUE_LEN, 16)));
        assertReturns(CKR.TOKEN_WRITE_PROTECTED, () -> generate(CKM.AES_KEY_GEN,
                Attribute.ofUlong(CKA.VALUE_LEN, 16), Attribute.ofBool(CKA.TOKEN, true)));
    }

    @Test
    void sensitiveFromTheStartIsAlwaysSensitive() {
        long key = generate(CKM.AES_KEY_GEN, Attribute.ofUlong(CKA.VALUE_LEN, 16),
                Attribute.ofBool(CKA.SENSITIVE, true), Attribute.ofBool(CKA.EXTRACTABLE, false));
        assertThat(host.value(key, CKA.ALWAYS_SENSITIVE)).isEqualTo(Canonical.bool(true));
        assertThat(host.value(key, CKA.NEVER_EXTRACTABLE)).isEqualTo(Canonical.bool(true));
    }

    @Test
    void passwordsBecomeKeysAsInTheJdk() throws GeneralSecurityException {
        byte[] salt = "some salt".getBytes(UTF_8);
        byte[] expected = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec("password".toCharArray(), salt, 1000, 256)).getEncoded();
        Mechanism mechanism = Mechanism.of(CKM.PKCS5_PBKD2,
                new MechanismParameter.Pbkd2(1, salt, 1000, 4, "password".getBytes(UTF_8)));
        long key = keys.generate(host.session, mechanism, Template.of(Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES),
                Attribute.ofUlong(CKA.VALUE_LEN, 32)));
        assertThat(host.value(key, CKA.VALUE)).isEqualTo(expected);
    }

    private KeyFunctions.Pair rsaPair() {
        return keys.generatePair(host.session, Mechanism.of(CKM.RSA_PKCS_KEY_PAIR_GEN),
                Template.of(Attribute.ofUlong(CKA.MODULUS_BITS, 1024)), Template.of(OPEN, SEEN));
    }

    private KeyFunctions.Pair curvePair(long mechanism, byte[] parameters) {
        return keys.generatePair(host.session, Mechanism.of(mechanism),
                Template.of(new Attribute(CKA.EC_PARAMS, parameters)),
                Template.of(OPEN, SEEN, Attribute.ofBool(CKA.DERIVE, true)));
    }

    private PublicKey published(KeyFunctions.Pair pair, String algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm)
                .generatePublic(new X509EncodedKeySpec(host.value(pair.publicKey(), CKA.PUBLIC_KEY_INFO)));
    }

    @ParameterizedTest
    @CsvSource({"RSA, 0x40, SHA256withRSA", "EC, 0x1044, SHA256withECDSAinP1363Format", "Ed25519, 0x1057, Ed25519"})
    void pairsAreMadeAndSign(String algorithm, String mechanism, String name) throws GeneralSecurityException {
        KeyFunctions.Pair pair = switch (algorithm) {
            case "RSA" -> rsaPair();
            case "EC" -> curvePair(CKM.EC_KEY_PAIR_GEN, P256);
            default -> curvePair(CKM.EC_EDWARDS_KEY_PAIR_GEN, HexFormat.of().parseHex("06032b6570"));
        };
        byte[] signature = host.sign(Mechanism.of(Long.decode(mechanism)), pair.privateKey(), DATA);
        Signature verifier = Signature.getInstance(name);
        verifier.initVerify(published(pair, algorithm));
        verifier.update(DATA);
        assertThat(verifier.verify(signature)).isTrue();
        host.verify(Mechanism.of(Long.decode(mechanism)), pair.publicKey(), DATA, signature);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06082a8648ce3d030107", "06052b81040022", "06032b656e"})
    void bothSidesOfAnAgreementDeriveTheSame(String parameters) {
        long mechanism = parameters.endsWith("6e") ? CKM.EC_MONTGOMERY_KEY_PAIR_GEN : CKM.EC_KEY_PAIR_GEN;
        KeyFunctions.Pair ours = curvePair(mechanism, HexFormat.of().parseHex(parameters));
        KeyFunctions.Pair theirs = curvePair(mechanism, HexFormat.of().parseHex(parameters));
        assertThat(agreed(ours, theirs)).isEqualTo(agreed(theirs, ours));
    }

    private byte[] agreed(KeyFunctions.Pair ours, KeyFunctions.Pair theirs) {
        byte[] point = host.value(theirs.publicKey(), CKA.EC_POINT);
        long key = keys.derive(host.session, Mechanism.of(CKM.ECDH1_DERIVE,
                new MechanismParameter.Ecdh(1, new byte[0], point)), ours.privateKey(), Template.EMPTY);
        return host.value(key, CKA.VALUE);
    }

    @Test
    void privateKeyThatMayBeSeenTellsItsParts() {
        KeyFunctions.Pair pair = rsaPair();
        assertThat(host.value(pair.privateKey(), CKA.PRIME_1)).hasSize(64);
        KeyFunctions.Pair hidden = keys.generatePair(host.session, Mechanism.of(CKM.RSA_PKCS_KEY_PAIR_GEN),
                Template.of(Attribute.ofUlong(CKA.MODULUS_BITS, 1024)), Template.EMPTY);
        assertReturns(CKR.ATTRIBUTE_SENSITIVE, () -> host.value(hidden.privateKey(), CKA.PRIME_1));
    }

    @Test
    void privateKeyIsMadeOfItsParts() {
        long original = rsaPair().privateKey();
        Attribute[] parts = LongStream.of(CKA.MODULUS, CKA.PUBLIC_EXPONENT, CKA.PRIVATE_EXPONENT,
                CKA.PRIME_1, CKA.PRIME_2).mapToObj(type -> new Attribute(type, host.value(original, type)))
                .toArray(Attribute[]::new);
        Template template = Template.of(parts).with(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY))
                .with(Attribute.ofUlong(CKA.KEY_TYPE, CKK.RSA));
        long copy = host.application.objects().create(host.session, template);
        assertThat(host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), copy, DATA))
                .isEqualTo(host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), original, DATA));
    }

    @ParameterizedTest
    @CsvSource({"0x2109, AESWrap", "0x210B, AESWrapPad", "0x210A, AESWrapPad"})
    void wrapsAreThoseOfOthers(String type, String name) throws GeneralSecurityException {
        byte[] wrapping = "0123456789abcdef".getBytes(UTF_8);
        byte[] value = "the wrapped key of 24 b.".getBytes(UTF_8);
        Cipher cipher = Cipher.getInstance(name, SoftwareKey.BOUNCY_CASTLE);
        cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrapping, "AES"));
        byte[] expected = cipher.wrap(new SecretKeySpec(value, "AES"));
        long wrapper = host.secretKey(CKK.AES, wrapping);
        byte[] wrapped = wrap(Mechanism.of(Long.decode(type)), wrapper, host.secretKey(CKK.AES, value));
        assertThat(wrapped).isEqualTo(expected);
        long unwrapped = unwrap(Mechanism.of(Long.decode(type)), wrapper, wrapped, CKK.AES);
        assertThat(host.value(unwrapped, CKA.VALUE)).isEqualTo(value);
    }

    private byte[] wrap(Mechanism mechanism, long wrapper, long key) {
        Output length = Output.forLength();
        keys.wrap(host.session, mechanism, wrapper, key, length);
        Output out = Output.withRoom(length.length());
        keys.wrap(host.session, mechanism, wrapper, key, out);
        return out.value();
    }

    private long unwrap(Mechanism mechanism, long wrapper, byte[] wrapped, long keyType, Attribute... more) {
        Template template = Template.of(more).with(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY))
                .with(Attribute.ofUlong(CKA.KEY_TYPE, keyType));
        return keys.unwrap(host.session, mechanism, wrapper, wrapped, template);
    }

    @Test
    void everyWrapComesBack() {
        long wrapper = host.secretKey(CKK.AES, "0123456789abcdef".getBytes(UTF_8));
        long key = host.secretKey(CKK.GENERIC_SECRET, "nineteen bytes here".getBytes(UTF_8));
        for (Mechanism mechanism : new Mechanism[] {Mechanism.of(CKM.AES_KEY_WRAP_KWP), Mechanism.of(CKM.AES_ECB),
            Mechanism.of(CKM.AES_KEY_WRAP_PKCS7), Mechanism.withIv(CKM.AES_CBC, new byte[16]),
            Mechanism.withIv(CKM.AES_CBC_PAD, new byte[16]),
            Mechanism.of(CKM.AES_GCM, new MechanismParameter.Gcm(new byte[12], DATA, 128))}) {
            long back = unwrap(mechanism, wrapper, wrap(mechanism, wrapper, key), CKK.GENERIC_SECRET,
                    Attribute.ofUlong(CKA.VALUE_LEN, 19));
            assertThat(host.value(back, CKA.VALUE)).as(mechanism.toString()).isEqualTo(host.value(key, CKA.VALUE));
        }
    }

    @Test
    void privateKeyIsWrappedAsPrivateKeyInfo() throws GeneralSecurityException {
        long wrapper = host.secretKey(CKK.AES, "0123456789abcdef".getBytes(UTF_8));
        KeyFunctions.Pair pair = curvePair(CKM.EC_KEY_PAIR_GEN, P256);
        Mechanism mechanism = Mechanism.withIv(CKM.AES_CBC_PAD, new byte[16]);
        byte[] wrapped = wrap(mechanism, wrapper, pair.privateKey());
        long back = keys.unwrap(host.session, mechanism, wrapper, wrapped, Template.of(
                Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY), Attribute.ofUlong(CKA.KEY_TYPE, CKK.EC)));
        byte[] signature = host.sign(Mechanism.of(CKM.ECDSA_SHA256), back, DATA);
        host.verify(Mechanism.of(CKM.ECDSA_SHA256), pair.publicKey(), DATA, signature);
    }

    @Test
    void wrappingIsHeldToTheRules() {
        long wrapper = host.secretKey(CKK.AES, new byte[16]);
        long open = host.secretKey(CKK.AES, new byte[16]);
        long closed = generate(CKM.AES_KEY_GEN, Attribute.ofUlong(CKA.VALUE_LEN, 16), Attribute.ofBool(CKA.EXTRACTABLE, false));
        long trustedOnly = generate(CKM.AES_KEY_GEN, Attribute.ofUlong(CKA.VALUE_LEN, 16), Attribute.ofBool(CKA.WRAP_WITH_TRUSTED, true));
        Mechanism wrap = Mechanism.of(CKM.AES_KEY_WRAP);
        assertReturns(CKR.KEY_UNEXTRACTABLE, () -> wrap(wrap, wrapper, closed));
        assertReturns(CKR.KEY_NOT_WRAPPABLE, () -> wrap(wrap, wrapper, trustedOnly));
        assertReturns(CKR.KEY_HANDLE_INVALID, () -> wrap(wrap, wrapper, 999));
        assertReturns(CKR.WRAPPING_KEY_HANDLE_INVALID, () -> wrap(wrap, 999, open));
        assertReturns(CKR.WRAPPING_KEY_TYPE_INCONSISTENT,
                () -> wrap(wrap, host.secretKey(CKK.GENERIC_SECRET, new byte[16]), open));
        assertReturns(CKR.UNWRAPPING_KEY_HANDLE_INVALID, () -> unwrap(wrap, 999, new byte[24], CKK.AES));
        assertReturns(CKR.WRAPPED_KEY_INVALID, () -> unwrap(wrap, wrapper, new byte[24], CKK.AES));
        assertReturns(CKR.WRAPPED_KEY_LEN_RANGE, () -> unwrap(wrap, wrapper, new byte[23], CKK.AES));
    }

    private byte[] derived(Mechanism mechanism, byte[] base, Attribute... template) {
        long key = keys.derive(host.session, mechanism, host.secretKey(CKK.GENERIC_SECRET, base), Template.of(template));
        return host.value(key, CKA.VALUE);
    }

    @Test
    void secretsAreJoinedMixedCutAndHashed() throws GeneralSecurityException {
        byte[] base = {1, 2, 3, 4};
        MechanismParameter data = new MechanismParameter.StringData(new byte[] {9, 8});
        assertThat(derived(Mechanism.of(CKM.CONCATENATE_BASE_AND_DATA, data), base)).containsExactly(1, 2, 3, 4, 9, 8);
        assertThat(derived(Mechanism.of(CKM.CONCATENATE_DATA_AND_BASE, data), base)).containsExactly(9, 8, 1, 2, 3, 4);
        assertThat(derived(Mechanism.of(CKM.XOR_BASE_AND_DATA, data), base)).containsExactly(8, 10);
        long other = host.secretKey(CKK.GENERIC_SECRET, new byte[] {7});
        assertThat(derived(Mechanism.of(CKM.CONCATENATE_BASE_AND_KEY, new MechanismParameter.Ulong(other)), base))
                .containsExactly(1, 2, 3, 4, 7);
        assertThat(derived(Mechanism.of(CKM.EXTRACT_KEY_FROM_KEY, new MechanismParameter.Ulong(20)),
                new byte[] {0x32, (byte) 0x9F, (byte) 0x84, (byte) 0xA9}, Attribute.ofUlong(CKA.VALUE_LEN, 2)))
                .containsExactly(0x4A, 0x93);
        assertThat(derived(Mechanism.of(CKM.SHA256_KEY_DERIVATION), base))
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(base));
        assertReturns(CKR.KEY_SIZE_RANGE, () -> derived(Mechanism.of(CKM.SHA256_KEY_DERIVATION), base,
                Attribute.ofUlong(CKA.VALUE_LEN, 33)));
    }

    @Test
    void dataIsEncryptedIntoAKey() throws GeneralSecurityException {
        byte[] base = "0123456789abcdef".getBytes(UTF_8);
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(base, "AES"));
        Mechanism mechanism = Mechanism.of(CKM.AES_ECB_ENCRYPT_DATA, new MechanismParameter.StringData(new byte[32]));
        long key = keys.derive(host.session, mechanism, host.secretKey(CKK.AES, base),
                Template.of(Attribute.ofUlong(CKA.VALUE_LEN, 20)));
        assertThat(host.value(key, CKA.VALUE)).isEqualTo(Arrays.copyOf(cipher.doFinal(new byte[32]), 20));
    }

    /** RFC 5869 appendix A.1. */
    @Test
    void hkdfIsThatOfItsRfc() {
        MechanismParameter.Hkdf hkdf = new MechanismParameter.Hkdf(true, true, CKM.SHA256,
                new MechanismParameter.Hkdf.Salt(2, HexFormat.of().parseHex("000102030405060708090a0b0c"), 0),
                HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9"));
        byte[] base = HexFormat.of().parseHex("0b".repeat(22));
        byte[] expected = HexFormat.of().parseHex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865");
        assertThat(derived(Mechanism.of(CKM.HKDF_DERIVE, hkdf), base, Attribute.ofUlong(CKA.VALUE_LEN, 42)))
                .isEqualTo(expected);
        long data = keys.derive(host.session, Mechanism.of(CKM.HKDF_DATA, hkdf),
                host.secretKey(CKK.GENERIC_SECRET, base), Template.of(Attribute.ofUlong(CKA.CLASS, CKO.DATA),
                        Attribute.ofUlong(CKA.VALUE_LEN, 42)));
        assertThat(host.value(data, CKA.VALUE)).isEqualTo(expected);
    }

    @Test
    void derivedKeyIsOnlyAsSecretAsItsBase() {
        long base = generate(CKM.GENERIC_SECRET_KEY_GEN, Attribute.ofUlong(CKA.VALUE_LEN, 32),
                Attribute.ofBool(CKA.SENSITIVE, true), Attribute.ofBool(CKA.DERIVE, true));
        long key = keys.derive(host.session, Mechanism.of(CKM.SHA256_KEY_DERIVATION), base,
                Template.of(Attribute.ofBool(CKA.SENSITIVE, true)));
        assertThat(host.value(key, CKA.ALWAYS_SENSITIVE)).isEqualTo(Canonical.bool(true));
        assertThat(host.value(key, CKA.NEVER_EXTRACTABLE)).isEqualTo(Canonical.bool(false));
        assertThat(host.value(key, CKA.LOCAL)).isEqualTo(Canonical.bool(false));
        assertReturns(CKR.KEY_FUNCTION_NOT_PERMITTED,
                () -> keys.derive(host.session, Mechanism.of(CKM.SHA256_KEY_DERIVATION), key, Template.EMPTY));
    }

    @Test
    void encapsulatedKeyIsTheDecapsulatedOne() {
        KeyFunctions.Pair rsa = rsaPair();
        KeyFunctions.Pair curve = curvePair(CKM.EC_KEY_PAIR_GEN, P256);
        assertEncapsulates(Mechanism.of(CKM.RSA_PKCS_OAEP, new MechanismParameter.Oaep(CKM.SHA_1, 1, 0, new byte[0])), rsa);
        assertEncapsulates(Mechanism.of(CKM.RSA_PKCS), rsa);
        assertEncapsulates(Mechanism.of(CKM.ECDH1_DERIVE,
                new MechanismParameter.Ecdh(6, new byte[0], new byte[0])), curve);
    }

    private void assertEncapsulates(Mechanism mechanism, KeyFunctions.Pair pair) {
        Template template = Template.of(Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES), Attribute.ofUlong(CKA.VALUE_LEN, 32));
        Output length = Output.forLength();
        assertThat(keys.encapsulate(host.session, mechanism, pair.publicKey(), template, length)).isZero();
        Output ciphertext = Output.withRoom(length.length());
        long made = keys.encapsulate(host.session, mechanism, pair.publicKey(), template, ciphertext);
        long same = keys.decapsulate(host.session, mechanism, pair.privateKey(), ciphertext.value(), template);
        assertThat(host.value(same, CKA.VALUE)).hasSize(32).isEqualTo(host.value(made, CKA.VALUE));
    }
}
