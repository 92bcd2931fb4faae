package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

class DocumentLimitTest {
    private static final byte[] DOCUMENT = "the contract".getBytes();
    private static final Id ALLOWED = Id.of(hash("SHA-256", DOCUMENT));

    private static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Operation sign(long mechanism, byte[] input) {
        return new Operation(ALLOWED, Operation.Kind.SIGN, mechanism, Operation.NO_PARAMETERS, input);
    }

    private static byte[] digestInfo(byte[] digest) throws Exception {
        return new DigestInfo(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256), digest).getEncoded("DER");
    }

    private static byte[] attributes(byte[]... digests) throws Exception {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(new Attribute(CMSAttributes.contentType, new DERSet(CMSObjectIdentifiers.data)));
        for (byte[] digest : digests) {
            attributes.add(new Attribute(CMSAttributes.messageDigest, new DERSet(new DEROctetString(digest))));
        }
        return new DERSet(attributes).getEncoded("DER");
    }

    private static void allowed(Operation operation, byte[] attributes) {
        assertThatCode(() -> limit(attributes).check(operation)).doesNotThrowAnyException();
    }

    private static String forbidden(Operation operation, byte[] attributes) {
        RefusedException refused = catchThrowableOfType(RefusedException.class,
                () -> limit(attributes).check(operation));
        assertThat(refused.code()).isEqualTo(ErrorCode.DOCUMENT_FORBIDDEN);
        return refused.refusal().detail();
    }

    private static DocumentLimit limit(byte[] attributes) {
        return new DocumentLimit(Set.of(ALLOWED), Optional.of(attributes).filter(bytes -> bytes.length > 0));
    }

    @Test
    void documentsOwnDigestMayBeSigned() throws Exception {
        allowed(sign(Mechanisms.ECDSA, ALLOWED.bytes()), new byte[0]);
        allowed(sign(Mechanisms.RSA_PKCS_PSS, ALLOWED.bytes()), new byte[0]);
        allowed(sign(Mechanisms.RSA_PKCS, digestInfo(ALLOWED.bytes())), new byte[0]);
    }

    @Test
    void otherDigestsMayNot() throws Exception {
        byte[] other = hash("SHA-256", "another".getBytes());
        assertThat(forbidden(sign(Mechanisms.ECDSA, other), new byte[0])).contains("sent along");
        forbidden(sign(Mechanisms.RSA_PKCS, digestInfo(other)), new byte[0]);
    }

    @Test
    void signedAttributesSentAlongAreLookedInto() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes());
        allowed(sign(Mechanisms.ECDSA, hash("SHA-256", attributes)), attributes);
        allowed(sign(Mechanisms.ECDSA, hash("SHA-512", attributes)), attributes);
        allowed(sign(Mechanisms.RSA_PKCS_PSS, hash("SHA3-256", attributes)), attributes);
        allowed(sign(Mechanisms.RSA_PKCS, digestInfo(hash("SHA-256", attributes))), attributes);
    }

    @Test
    void signedAttributesOfAnotherDocumentAreRefused() throws Exception {
        byte[] attributes = attributes(hash("SHA-256", "another".getBytes()));
        assertThat(forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", attributes)), attributes))
                .contains("another document");
    }

    @Test
    void attributesThatAreNotWhatIsSignedAreRefused() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes());
        assertThat(forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", new byte[] {1})), attributes))
                .contains("not of the signed attributes");
    }

    @Test
    void twoMessageDigestsAreRefused() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes(), hash("SHA-256", "another".getBytes()));
        forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", attributes)), attributes);
    }

    @Test
    void sha1OverSignedAttributesIsRefused() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes());
        assertThat(forbidden(sign(Mechanisms.ECDSA, hash("SHA-1", attributes)), attributes)).contains("sha-1");
    }

    @Test
    void whatCannotBeSeenIntoIsRefused() {
        assertThat(forbidden(sign(Mechanisms.RSA_X_509, new byte[256]), new byte[0])).contains("cannot be seen");
        assertThat(forbidden(sign(Mechanisms.RSA_PKCS, ALLOWED.bytes()), new byte[0])).contains("DigestInfo");
    }

    @Test
    void otherUsesOfTheKeyAreRefused() {
        Operation decrypt = new Operation(ALLOWED, Operation.Kind.DECRYPT, Mechanisms.RSA_PKCS,
                Operation.NO_PARAMETERS, new byte[256]);
        assertThat(forbidden(decrypt, new byte[0])).contains("DECRYPT");
    }

    @Test
    void edDsaSignsTheDocumentOrItsAttributes() throws Exception {
        allowed(sign(Mechanisms.EDDSA, DOCUMENT), new byte[0]);
        allowed(sign(Mechanisms.EDDSA, attributes(ALLOWED.bytes())), new byte[0]);
        forbidden(sign(Mechanisms.EDDSA, "another".getBytes()), new byte[0]);
    }

    @Test
    void damagedAttributesAreRefusedAndNothingElseHappens() throws Exception {
        byte[] sound = attributes(ALLOWED.bytes());
        Random random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = sound.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            Optional<byte[]> digest = SignedAttributes.messageDigest(damaged);
            assertThat(digest.map(bytes -> bytes.length).orElse(0)).isLessThanOrEqualTo(sound.length);
        }
    }

    @Test
    void trailingBytesAndOtherEncodingsAreRefused() throws Exception {
        byte[] sound = attributes(ALLOWED.bytes());
        byte[] longer = java.util.Arrays.copyOf(sound, sound.length + 1);
        assertThat(SignedAttributes.messageDigest(longer)).isEmpty();
        assertThat(SignedAttributes.messageDigest(new byte[] {0x31, (byte) 0x80, 0, 0})).isEmpty();
        assertThat(SignedAttributes.messageDigest(new byte[0])).isEmpty();
    }
}
