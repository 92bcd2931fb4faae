package org.remotepkcs11.pkcs11.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.wire.PinState;

/** Objects of a card and what they tell. */
class ObjectTest {
    private final SoftwareKey rsa = SoftwareKey.rsa();
    private final SoftwareKey p256 = SoftwareKey.p256();
    private final SoftwareKey ed25519 = SoftwareKey.ed25519();
    private final Host host = Host.with(rsa, p256, ed25519);
    private final ObjectFunctions objects = host.application.objects();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void privateKeysAreHiddenBeforeLogin() {
        assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY))).isEmpty();
        assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.CERTIFICATE))).hasSize(3);
        assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.PUBLIC_KEY))).hasSize(3);
        host.login();
        assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY))).hasSize(3);
    }

    @Test
    void templateMatchesEveryAttributeAndSecretsMatchNothing() {
        host.login();
        assertThat(host.find(Attribute.ofText(CKA.LABEL, "rsa"), Attribute.ofBool(CKA.SIGN, true))).hasSize(1);
        assertThat(host.find(Attribute.ofText(CKA.LABEL, "rsa"), Attribute.ofBool(CKA.SIGN, false))).isEmpty();
        assertThat(host.find(Attribute.ofUlong(CKA.KEY_TYPE, CKK.EC))).hasSize(2);
        assertThat(host.find(Attribute.ofUlong(0x80000001L, 1))).isEmpty();
        assertThat(host.find(new Attribute(CKA.PRIVATE_EXPONENT, new byte[0]))).isEmpty();
        byte[] modulus = host.value(host.publicKey(rsa), CKA.MODULUS);
        assertThat(host.find(new Attribute(CKA.MODULUS, modulus))).hasSize(2);
    }

    @Test
    void searchGivesHandlesInPortions() {
        objects.findInit(host.session, Template.of(Attribute.ofUlong(CKA.CLASS, CKO.CERTIFICATE)));
        assertReturns(CKR.OPERATION_ACTIVE, () -> objects.findInit(host.session, Template.EMPTY));
        assertThat(objects.find(host.session, 2)).hasSize(2);
        assertThat(objects.find(host.session, 2)).hasSize(1);
        assertThat(objects.find(host.session, 2)).isEmpty();
        objects.findFinal(host.session);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> objects.find(host.session, 1));
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> objects.findFinal(host.session));
    }

    @Test
    void rsaKeysTellTheirPublicParts() {
        host.login();
        RSAPublicKey key = (RSAPublicKey) rsa.publicKey();
        byte[] modulus = key.getModulus().toByteArray();
        for (long handle : new long[] {host.publicKey(rsa), host.privateKey(rsa)}) {
            assertThat(host.value(handle, CKA.MODULUS)).isEqualTo(Arrays.copyOfRange(modulus, 1, 257));
            assertThat(host.value(handle, CKA.PUBLIC_EXPONENT)).isEqualTo(new byte[] {1, 0, 1});
            assertThat(host.value(handle, CKA.PUBLIC_KEY_INFO)).isEqualTo(key.getEncoded());
        }
        assertThat(host.value(host.publicKey(rsa), CKA.MODULUS_BITS)).isEqualTo(Canonical.ulong(2048));
        assertReturns(CKR.ATTRIBUTE_TYPE_INVALID, () -> host.value(host.privateKey(rsa), CKA.MODULUS_BITS));
    }

    @Test
    void curvesAreNamedAndPointsWrapped() throws Exception {
        host.login();
        assertThat(host.value(host.privateKey(p256), CKA.EC_PARAMS))
                .isEqualTo(SECObjectIdentifiers.secp256r1.getEncoded());
        byte[] point = ASN1OctetString.getInstance(host.value(host.publicKey(p256), CKA.EC_POINT)).getOctets();
        assertThat(point).hasSize(65).startsWith(4);
        byte[] x = ((ECPublicKey) p256.publicKey()).getW().getAffineX().toByteArray();
        assertThat(HexFormat.of().formatHex(point)).contains(HexFormat.of().formatHex(x, x.length - 31, x.length));
        assertThat(host.value(host.publicKey(ed25519), CKA.EC_PARAMS)).isEqualTo(new byte[] {6, 3, 0x2B, 0x65, 0x70});
        assertThat(host.value(host.publicKey(ed25519), CKA.EC_POINT)).hasSize(34).startsWith(4, 32);
    }

    @Test
    void privateKeysAreAsTheCardKeepsThem() {
        host.login();
        long key = host.privateKey(rsa);
        for (long type : new long[] {CKA.TOKEN, CKA.PRIVATE, CKA.SENSITIVE, CKA.ALWAYS_SENSITIVE, CKA.SIGN, CKA.DECRYPT,
            CKA.NEVER_EXTRACTABLE, CKA.LOCAL, CKA.UNWRAP}) {
            assertThat(host.value(key, type)).as(CKA.name(type)).isEqualTo(Canonical.bool(true));
        }
        for (long type : new long[] {CKA.EXTRACTABLE, CKA.MODIFIABLE, CKA.COPYABLE, CKA.DESTROYABLE, CKA.DERIVE,
            CKA.ALWAYS_AUTHENTICATE, CKA.WRAP_WITH_TRUSTED}) {
            assertThat(host.value(key, type)).as(CKA.name(type)).isEqualTo(Canonical.bool(false));
        }
        assertThat(host.value(key, CKA.KEY_GEN_MECHANISM)).isEqualTo(Canonical.ulong(CKM.RSA_PKCS_KEY_PAIR_GEN));
        assertThat(host.value(key, CKA.SUBJECT)).isEqualTo(host.value(host.certificate(rsa), CKA.SUBJECT));
    }

    @Test
    void whatIsSecretIsCalledSensitiveAndWhatIsNotThereInvalid() {
        host.login();
        for (long type : new long[] {CKA.PRIVATE_EXPONENT, CKA.PRIME_1, CKA.PRIME_2, CKA.EXPONENT_1, CKA.EXPONENT_2,
            CKA.COEFFICIENT}) {
            assertReturns(CKR.ATTRIBUTE_SENSITIVE, () -> host.value(host.privateKey(rsa), type));
            assertReturns(CKR.ATTRIBUTE_TYPE_INVALID, () -> host.value(host.privateKey(p256), type));
        }
        assertReturns(CKR.ATTRIBUTE_SENSITIVE, () -> host.value(host.privateKey(p256), CKA.VALUE));
        assertReturns(CKR.ATTRIBUTE_TYPE_INVALID, () -> host.value(host.privateKey(rsa), CKA.VALUE));
        assertReturns(CKR.ATTRIBUTE_TYPE_INVALID, () -> host.value(host.certificate(rsa), CKA.MODULUS));
    }

    @Test
    void certificateTellsWhatTheJdkReadsInIt() throws GeneralSecurityException, java.io.IOException {
        long handle = host.certificate(rsa);
        byte[] der = host.value(handle, CKA.VALUE);
        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
        assertThat(host.value(handle, CKA.SUBJECT)).isEqualTo(read.getSubjectX500Principal().getEncoded());
        assertThat(host.value(handle, CKA.ISSUER)).isEqualTo(read.getIssuerX500Principal().getEncoded());
        assertThat(host.value(handle, CKA.SERIAL_NUMBER)).isEqualTo(new ASN1Integer(read.getSerialNumber()).getEncoded());
        assertThat(host.value(handle, CKA.START_DATE)).isEqualTo("20260102".getBytes(UTF_8));
        assertThat(host.value(handle, CKA.END_DATE)).isEqualTo("20270102".getBytes(UTF_8));
        assertThat(host.value(handle, CKA.PUBLIC_KEY_INFO)).isEqualTo(read.getPublicKey().getEncoded());
        byte[] sha1 = java.security.MessageDigest.getInstance("SHA-1").digest(der);
        assertThat(host.value(handle, CKA.CHECK_VALUE)).isEqualTo(Arrays.copyOf(sha1, 3));
        assertThat(host.value(handle, CKA.CERTIFICATE_CATEGORY)).isEqualTo(Canonical.ulong(CKO.CATEGORY_TOKEN_USER));
        assertThat(host.value(handle, CKA.TRUSTED)).isEqualTo(Canonical.bool(false));
    }

    @Test
    void everyAttributeIsAnsweredEvenIfOneIsRefused() {
        host.login();
        ObjectFunctions.Attributes answer = objects.attributes(host.session, host.privateKey(rsa), List.of(
                new AttributeQuery(CKA.LABEL, Room.of(2)), new AttributeQuery(CKA.PRIVATE_EXPONENT, Room.of(512)),
                new AttributeQuery(0x80001234L, Room.LENGTH_ONLY), new AttributeQuery(CKA.ID, Room.LENGTH_ONLY),
                new AttributeQuery(CKA.SIGN, Room.of(1))));
        assertThat(answer.returnValue()).isEqualTo(CKR.BUFFER_TOO_SMALL);
        assertThat(answer.values()).extracting(AttributeValue::length).containsExactly(-1L, -1L, -1L, 16L, 1L);
        assertThat(answer.values().get(4).value()).isPresent();
    }

    @Test
    void uniqueIdIsTheSameInEveryApplication() {
        byte[] id = host.value(host.certificate(rsa), CKA.UNIQUE_ID);
        try (Host other = Host.with(rsa)) {
            assertThat(other.value(other.certificate(rsa), CKA.UNIQUE_ID)).isEqualTo(id);
        }
    }

    @Test
    void profilesAreShown() {
        long[] profiles = host.find(Attribute.ofUlong(CKA.CLASS, CKO.PROFILE));
        assertThat(profiles).hasSize(4);
        assertThat(host.value(profiles[0], CKA.PROFILE_ID)).isEqualTo(Canonical.ulong(CKO.PROFILE_BASELINE_PROVIDER));
    }

    @Test
    void objectsOfACardAreNotChangedCopiedOrDestroyed() {
        host.login();
        long key = host.privateKey(rsa);
        Template label = Template.of(Attribute.ofText(CKA.LABEL, "mine"));
        assertReturns(CKR.ACTION_PROHIBITED, () -> objects.change(host.session, key, label));
        assertReturns(CKR.ACTION_PROHIBITED, () -> objects.copy(host.session, key, label));
        assertReturns(CKR.ACTION_PROHIBITED, () -> objects.destroy(host.session, key));
        long readOnly = host.open(0);
        assertReturns(CKR.SESSION_READ_ONLY, () -> objects.destroy(readOnly, key));
        assertReturns(CKR.SESSION_READ_ONLY, () -> objects.change(readOnly, key, label));
    }

    @Test
    void objectsAreNotMadeOnACard() {
        Template template = Template.of(Attribute.ofUlong(CKA.CLASS, CKO.DATA), Attribute.ofBool(CKA.TOKEN, true));
        assertReturns(CKR.TOKEN_WRITE_PROTECTED, () -> objects.create(host.session, template));
        assertReturns(CKR.SESSION_READ_ONLY, () -> objects.create(host.open(0), template));
    }

    @Test
    void unknownHandleIsInvalid() {
        assertReturns(CKR.OBJECT_HANDLE_INVALID, () -> objects.size(host.session, 4711));
        assertReturns(CKR.OBJECT_HANDLE_INVALID, () -> objects.destroy(host.session, 0));
    }

    @Test
    void keyThatLeavesTheSnapshotLeavesItsHandle() {
        long certificate = host.certificate(rsa);
        SoftwareCards others = SoftwareCards.with(p256);
        host.cards.show(others.card("Demo card", PinState.OK, true));
        host.application.slots().list(true, true);
        assertReturns(CKR.OBJECT_HANDLE_INVALID, () -> objects.size(host.session, certificate));
    }
}
