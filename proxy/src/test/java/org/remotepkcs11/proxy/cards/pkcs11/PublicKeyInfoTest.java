package org.remotepkcs11.proxy.cards.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens tell of their keys in many forms; all must give the SubjectPublicKeyInfo that the JDK makes. */
class PublicKeyInfoTest {
    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void pointsMayBeWrappedOrBare(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec(curve));
        for (int i = 0; i < 20; i++) {
            PublicKey key = generator.generateKeyPair().getPublic();
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key.getEncoded());
            byte[] bare = info.getPublicKeyData().getOctets();
            byte[] parameters = info.getAlgorithm().getParameters().toASN1Primitive().getEncoded();
            assertThat(elliptic(Ck.K_EC, parameters, bare)).isEqualTo(key.getEncoded());
            assertThat(elliptic(Ck.K_EC, parameters, new DEROctetString(bare).getEncoded())).isEqualTo(key.getEncoded());
        }
    }

    @Test
    void edwardsKeysComeInAllFormsOfTheStandard() throws Exception {
        PublicKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        byte[] bare = SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getOctets();
        ASN1Encodable[] names = {EdECObjectIdentifiers.id_Ed25519, new DERPrintableString("edwards25519")};
        for (ASN1Encodable name : names) {
            byte[] curve = name.toASN1Primitive().getEncoded();
            assertThat(elliptic(Ck.K_EC_EDWARDS, curve, bare)).isEqualTo(key.getEncoded());
            assertThat(elliptic(Ck.K_EC_EDWARDS, curve, new DEROctetString(bare).getEncoded())).isEqualTo(key.getEncoded());
            assertThat(elliptic(Ck.K_EC_EDWARDS, curve, new DERBitString(bare).getEncoded())).isEqualTo(key.getEncoded());
        }
    }

    @Test
    void rsaKeysAreMadeOfModulusAndExponent() throws Exception {
        RSAPublicKey key = (RSAPublicKey) KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic();
        CkAttributes attributes = attributes(Ck.K_RSA, Map.of(Ck.A_MODULUS, key.getModulus().toByteArray(),
                Ck.A_PUBLIC_EXPONENT, key.getPublicExponent().toByteArray()));
        assertThat(PublicKeyInfo.of(attributes).orElseThrow()).isEqualTo(key.getEncoded());
    }

    @Test
    void aKeyOfAnUnknownCurveIsLeftOut() throws Exception {
        byte[] unknown = new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.2.3.4").getEncoded();
        assertThat(PublicKeyInfo.of(attributes(Ck.K_EC, Map.of(Ck.A_EC_PARAMS, unknown, Ck.A_EC_POINT, new byte[65])))).isEmpty();
    }

    @Test
    void damagedAttributesNeverDoMoreThanHideTheKey() throws Exception {
        byte[] curve = {0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x03, 0x01, 0x07};
        Random random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] seed = Arrays.copyOf(curve, 10 + random.nextInt(70));
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                seed[random.nextInt(seed.length)] = (byte) random.nextInt();
            }
            anyBytesAreTaken(seed);
        }
    }

    @FuzzTest
    void anyBytesAreTaken(byte[] data) {
        byte[] first = Arrays.copyOf(data, Math.min(10, data.length));
        byte[] rest = Arrays.copyOfRange(data, first.length, data.length);
        for (long type : new long[] {Ck.K_RSA, Ck.K_EC, Ck.K_EC_EDWARDS}) {
            CkAttributes attributes = attributes(type, Map.of(Ck.A_EC_PARAMS, first, Ck.A_EC_POINT, rest,
                    Ck.A_MODULUS, first, Ck.A_PUBLIC_EXPONENT, rest));
            assertThatCode(() -> PublicKeyInfo.of(attributes)).doesNotThrowAnyException();
        }
        assertThatCode(() -> PublicKeyInfo.of(attributes(Ck.K_RSA, Map.of(Ck.A_PUBLIC_KEY_INFO, data))))
                .doesNotThrowAnyException();
    }

    private static byte[] elliptic(long type, byte[] parameters, byte[] point) {
        return PublicKeyInfo.of(attributes(type, Map.of(Ck.A_EC_PARAMS, parameters, Ck.A_EC_POINT, point))).orElseThrow();
    }

    private static CkAttributes attributes(long keyType, Map<Long, byte[]> values) {
        Map<Long, byte[]> all = new HashMap<>(values);
        all.put(Ck.A_KEY_TYPE, ByteBuffer.allocate(CkBuffer.ULONG).order(ByteOrder.nativeOrder()).putLong(keyType).array());
        return new CkAttributes(1, all);
    }
}
