package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;

/** Objects that an application makes. */
class SessionObjectTest {
    private final SoftwareKey rsa = SoftwareKey.rsa();
    private final Host host = Host.with(rsa);
    private final ObjectFunctions objects = host.application.objects();

    @AfterEach
    void close() {
        host.close();
    }

    private long create(Attribute... attributes) {
        return objects.create(host.session, Template.of(attributes));
    }

    @Test
    void dataIsKeptFoundChangedAndDestroyed() {
        long data = create(Attribute.ofUlong(CKA.CLASS, CKO.DATA), Attribute.ofText(CKA.APPLICATION, "mail"),
                Attribute.ofText(CKA.VALUE, "one"));
        assertThat(host.find(Attribute.ofText(CKA.APPLICATION, "mail"))).containsExactly(data);
        objects.change(host.session, data, Template.of(Attribute.ofText(CKA.VALUE, "two")));
        assertThat(host.value(data, CKA.VALUE)).isEqualTo("two".getBytes(UTF_8));
        objects.destroy(host.session, data);
        assertThat(host.find(Attribute.ofText(CKA.APPLICATION, "mail"))).isEmpty();
    }

    @Test
    void templateIsHeldToTheRules() {
        assertReturns(CKR.TEMPLATE_INCOMPLETE, () -> create());
        assertReturns(CKR.TEMPLATE_INCOMPLETE, () -> create(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY)));
        assertReturns(CKR.TEMPLATE_INCOMPLETE, () -> create(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY),
                Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES)));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> create(Attribute.ofUlong(CKA.CLASS, 99)));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> aes(new byte[15]));
        assertReturns(CKR.ATTRIBUTE_TYPE_INVALID, () -> aes(new byte[16], Attribute.ofText(CKA.URL, "x")));
        assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> aes(new byte[16], Attribute.ofBool(CKA.LOCAL, true)));
        assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> aes(new byte[16], Attribute.ofBool(CKA.TRUSTED, true)));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> aes(new byte[16], new Attribute(CKA.SIGN, new byte[2])));
        assertReturns(CKR.TEMPLATE_INCONSISTENT, () -> aes(new byte[16], Attribute.ofUlong(CKA.VALUE_LEN, 16)));
        assertReturns(CKR.TEMPLATE_INCONSISTENT, () -> aes(new byte[16], Attribute.ofUlong(CKA.KEY_TYPE, CKK.DES3)));
        assertReturns(CKR.USER_NOT_LOGGED_IN, () -> aes(new byte[16], Attribute.ofBool(CKA.PRIVATE, true)));
    }

    private long aes(byte[] value, Attribute... more) {
        List<Attribute> all = new ArrayList<>(List.of(more));
        all.add(0, Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY));
        all.add(1, Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES));
        all.add(2, new Attribute(CKA.VALUE, value));
        return objects.create(host.session, Template.of(all));
    }

    @Test
    void createdKeysAreNotCalledLocalOrAlwaysSensitive() {
        long key = aes(new byte[16], Attribute.ofBool(CKA.SENSITIVE, true), Attribute.ofBool(CKA.EXTRACTABLE, false));
        for (long type : new long[] {CKA.LOCAL, CKA.ALWAYS_SENSITIVE, CKA.NEVER_EXTRACTABLE}) {
            assertThat(host.value(key, type)).as(CKA.name(type)).isEqualTo(Canonical.bool(false));
        }
        assertThat(host.value(key, CKA.KEY_GEN_MECHANISM)).isEqualTo(Canonical.ulong(CKF.UNAVAILABLE_INFORMATION));
        assertThat(host.value(key, CKA.VALUE_LEN)).isEqualTo(Canonical.ulong(16));
        assertReturns(CKR.ATTRIBUTE_SENSITIVE, () -> host.value(key, CKA.VALUE));
    }

    @Test
    void checkValueOfAesIsTheEncryptedZeroBlock() throws Exception {
        byte[] value = "0123456789abcdef".getBytes(UTF_8);
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(value, "AES"));
        assertThat(host.value(aes(value), CKA.CHECK_VALUE))
                .isEqualTo(Arrays.copyOf(cipher.doFinal(new byte[16]), 3));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> aes(value, new Attribute(CKA.CHECK_VALUE, new byte[3])));
        assertThat(host.value(aes(value, new Attribute(CKA.CHECK_VALUE, new byte[0])), CKA.CHECK_VALUE)).isEmpty();
    }

    @Test
    void checkValueOfSingleDesIsTheEncryptedZeroBlock() throws Exception {
        byte[] value = "8 bytes!".getBytes(UTF_8);
        Cipher cipher = Cipher.getInstance("DES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(value, "DES"));
        assertThat(host.value(des(value), CKA.CHECK_VALUE)).isEqualTo(Arrays.copyOf(cipher.doFinal(new byte[8]), 3));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> des(new byte[7]));
    }

    private long des(byte[] value) {
        return create(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY), Attribute.ofUlong(CKA.KEY_TYPE, CKK.DES),
                new Attribute(CKA.VALUE, value));
    }

    @Test
    void copyIsNotToldItsClassAgain() {
        long key = aes(new byte[16]);
        Template same = Template.of(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY));
        assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> objects.copy(host.session, key, same));
    }

    @Test
    void secretsAreOnlyMadeMoreSecret() {
        long key = aes(new byte[16]);
        assertThat(host.value(key, CKA.VALUE)).hasSize(16);
        change(key, Attribute.ofBool(CKA.SENSITIVE, true));
        change(key, Attribute.ofBool(CKA.EXTRACTABLE, false));
        for (boolean value : new boolean[] {false, true}) {
            assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> change(key, Attribute.ofBool(CKA.SENSITIVE, value)));
            assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> change(key, Attribute.ofBool(CKA.EXTRACTABLE, value)));
        }
        objects.copy(host.session, key, Template.of(Attribute.ofBool(CKA.SENSITIVE, true)));
        assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> change(key, new Attribute(CKA.VALUE, new byte[16])));
        assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> change(key, Attribute.ofUlong(CKA.KEY_TYPE, CKK.DES3)));
        assertReturns(CKR.ATTRIBUTE_TYPE_INVALID, () -> change(key, Attribute.ofText(CKA.URL, "x")));
    }

    private void change(long object, Attribute attribute) {
        objects.change(host.session, object, Template.of(attribute));
    }

    @Test
    void failedChangeChangesNothing() {
        long key = aes(new byte[16]);
        assertReturns(CKR.ATTRIBUTE_READ_ONLY, () -> objects.change(host.session, key,
                Template.of(Attribute.ofText(CKA.LABEL, "new"), new Attribute(CKA.VALUE, new byte[16]))));
        assertThat(host.value(key, CKA.LABEL)).isEmpty();
    }

    @Test
    void copyIsAnObjectOfItsOwn() {
        long key = aes(new byte[16]);
        long copy = objects.copy(host.session, key, Template.of(Attribute.ofText(CKA.LABEL, "copy"),
                Attribute.ofBool(CKA.SENSITIVE, true)));
        objects.destroy(host.session, key);
        assertThat(host.value(copy, CKA.LABEL)).isEqualTo("copy".getBytes(UTF_8));
        assertThat(host.encrypt(Mechanism.of(CKM.AES_ECB), copy, new byte[16])).hasSize(16);
        assertReturns(CKR.ATTRIBUTE_SENSITIVE, () -> host.value(copy, CKA.VALUE));
    }

    @Test
    void objectsCanBeProtectedFromTheirOwner() {
        long key = aes(new byte[16], Attribute.ofBool(CKA.MODIFIABLE, false), Attribute.ofBool(CKA.COPYABLE, false),
                Attribute.ofBool(CKA.DESTROYABLE, false));
        assertReturns(CKR.ACTION_PROHIBITED, () -> change(key, Attribute.ofText(CKA.LABEL, "x")));
        assertReturns(CKR.ACTION_PROHIBITED, () -> objects.copy(host.session, key, Template.EMPTY));
        assertReturns(CKR.ACTION_PROHIBITED, () -> objects.destroy(host.session, key));
    }

    @Test
    void certificateOfASessionTellsWhatIsInIt() {
        byte[] der = rsa.certificate().orElseThrow();
        byte[] subject = host.value(host.certificate(rsa), CKA.SUBJECT);
        long copy = create(Attribute.ofUlong(CKA.CLASS, CKO.CERTIFICATE), Attribute.ofUlong(CKA.CERTIFICATE_TYPE, 0),
                new Attribute(CKA.SUBJECT, subject), new Attribute(CKA.VALUE, der), Attribute.ofText(CKA.LABEL, "copy"));
        assertThat(host.value(copy, CKA.SERIAL_NUMBER))
                .isEqualTo(host.value(host.certificate(rsa), CKA.SERIAL_NUMBER));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> create(Attribute.ofUlong(CKA.CLASS, CKO.CERTIFICATE),
                Attribute.ofUlong(CKA.CERTIFICATE_TYPE, 0), new Attribute(CKA.SUBJECT, subject),
                new Attribute(CKA.VALUE, new byte[] {1, 2})));
    }

    @Test
    void publicKeyIsMadeOfItsParts() {
        long original = host.publicKey(rsa);
        long copy = create(Attribute.ofUlong(CKA.CLASS, CKO.PUBLIC_KEY), Attribute.ofUlong(CKA.KEY_TYPE, CKK.RSA),
                new Attribute(CKA.MODULUS, host.value(original, CKA.MODULUS)),
                new Attribute(CKA.PUBLIC_EXPONENT, host.value(original, CKA.PUBLIC_EXPONENT)));
        assertThat(host.value(copy, CKA.PUBLIC_KEY_INFO)).isEqualTo(rsa.publicKey().getEncoded());
        host.login();
        byte[] signature = host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), host.privateKey(rsa), new byte[3]);
        host.verify(Mechanism.of(CKM.SHA256_RSA_PKCS), copy, new byte[3], signature);
    }

    private static RSAPrivateCrtKey freshRsa(BigInteger publicExponent) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(new RSAKeyGenParameterSpec(1024, publicExponent));
        return (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
    }

    private long createRsa(RSAPrivateCrtKey key, Attribute... more) {
        List<Attribute> all = new ArrayList<>(List.of(more));
        all.addAll(List.of(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY), Attribute.ofUlong(CKA.KEY_TYPE, CKK.RSA),
                Attribute.ofBool(CKA.SENSITIVE, false), Attribute.ofBool(CKA.EXTRACTABLE, true),
                number(CKA.MODULUS, key.getModulus()), number(CKA.PRIVATE_EXPONENT, key.getPrivateExponent())));
        return objects.create(host.session, Template.of(all));
    }

    private static Attribute number(long type, BigInteger number) {
        return new Attribute(type, BigIntegers.asUnsignedByteArray(number));
    }

    private void assertSigns(long created, RSAPrivateCrtKey key) throws Exception {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(new byte[3]);
        assertThat(host.sign(Mechanism.of(CKM.SHA256_RSA_PKCS), created, new byte[3])).isEqualTo(signature.sign());
        byte[] coefficient = host.value(created, CKA.COEFFICIENT);
        assertThat(new BigInteger(1, coefficient).multiply(new BigInteger(1, host.value(created, CKA.PRIME_2)))
                .mod(new BigInteger(1, host.value(created, CKA.PRIME_1)))).isEqualTo(BigInteger.ONE);
    }

    @Test
    void rsaKeyIsMadeOfItsModulusAndPrivateExponentAlone() throws Exception {
        RSAPrivateCrtKey usual = freshRsa(RSAKeyGenParameterSpec.F4);
        assertSigns(createRsa(usual), usual);
        assertSigns(createRsa(usual, number(CKA.PRIME_1, usual.getPrimeP()), number(CKA.PRIME_2, usual.getPrimeQ())), usual);
        RSAPrivateCrtKey unusual = freshRsa(BigInteger.valueOf(257));
        assertSigns(createRsa(unusual, number(CKA.PUBLIC_EXPONENT, unusual.getPublicExponent())), unusual);
    }

    @Test
    void partsOfDifferentRsaKeysAreRefused() throws Exception {
        RSAPrivateCrtKey one = freshRsa(RSAKeyGenParameterSpec.F4);
        RSAPrivateCrtKey other = freshRsa(RSAKeyGenParameterSpec.F4);
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> createRsa(one, number(CKA.PUBLIC_EXPONENT, BigInteger.valueOf(5))));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> createRsa(one, number(CKA.PRIME_1, other.getPrimeP()),
                number(CKA.PRIME_2, other.getPrimeQ())));
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> createRsa(one, number(CKA.PUBLIC_EXPONENT, BigInteger.ZERO)));
    }

    @Test
    void keyThatAsksForThePinEachTimeIsNotMadeHere() throws Exception {
        RSAPrivateCrtKey key = freshRsa(RSAKeyGenParameterSpec.F4);
        assertReturns(CKR.ATTRIBUTE_VALUE_INVALID, () -> createRsa(key, Attribute.ofBool(CKA.ALWAYS_AUTHENTICATE, true)));
        createRsa(key, Attribute.ofBool(CKA.ALWAYS_AUTHENTICATE, false));
    }
}
