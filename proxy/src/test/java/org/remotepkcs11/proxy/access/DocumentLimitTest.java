package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
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
        assertThatCode(() -> new DocumentLimit(Set.of(ALLOWED)).check(operation.with(attributes))).doesNotThrowAnyException();
    }

    private static String forbidden(Operation operation, byte[] attributes) {
        RefusedException refused = catchThrowableOfType(RefusedException.class,
                () -> new DocumentLimit(Set.of(ALLOWED)).check(operation.with(attributes)));
        assertThat(refused.code()).isEqualTo(ErrorCode.DOCUMENT_FORBIDDEN);
        return refused.refusal().detail();
    }

    private static String unseen(Operation operation) {
        RefusedException refused = catchThrowableOfType(RefusedException.class,
                () -> new DocumentLimit(Set.of(ALLOWED)).check(operation));
        assertThat(refused.code()).isEqualTo(ErrorCode.DOCUMENT_UNSEEN);
        return refused.refusal().detail();
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
        assertThat(unseen(sign(Mechanisms.ECDSA, other))).contains("only a digest");
        unseen(sign(Mechanisms.RSA_PKCS, digestInfo(other)));
    }

    @Test
    void signedAttributesSentAlongAreLookedInto() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes());
        allowed(sign(Mechanisms.ECDSA, hash("SHA-256", attributes)), attributes);
        allowed(sign(Mechanisms.ECDSA, hash("SHA-512", attributes)), attributes);
        allowed(sign(Mechanisms.RSA_PKCS_PSS, hash("SHA3-256", attributes)), attributes);
        allowed(sign(Mechanisms.RSA_PKCS, digestInfo(hash("SHA-256", attributes))), attributes);
    }

    /** As jarsigner signs by P-256 with SHA-384. */
    @Test
    void digestMayBeCutToTheOrderOfTheCurve() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes());
        allowed(sign(Mechanisms.ECDSA, Arrays.copyOf(hash("SHA-384", attributes), 32)), attributes);
        byte[] document = hash("SHA-512", DOCUMENT);
        new DocumentLimit(Set.of(Id.of(document))).check(sign(Mechanisms.ECDSA, Arrays.copyOf(document, 48)));
    }

    @Test
    void digestCutToLessOrForAnotherMechanismIsRefused() throws Exception {
        byte[] attributes = attributes(ALLOWED.bytes());
        byte[] digest = hash("SHA-384", attributes);
        forbidden(sign(Mechanisms.ECDSA, Arrays.copyOf(digest, 24)), attributes);
        forbidden(sign(Mechanisms.ECDSA, new byte[0]), attributes);
        forbidden(sign(Mechanisms.RSA_PKCS_PSS, Arrays.copyOf(digest, 32)), attributes);
        forbidden(sign(Mechanisms.RSA_PKCS, digestInfo(Arrays.copyOf(digest, 32))), attributes);
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
                .contains("not of what was sent along");
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
        assertThat(unseen(sign(Mechanisms.RSA_X_509, new byte[256]))).contains("cannot be seen");
        assertThat(unseen(sign(Mechanisms.RSA_PKCS, ALLOWED.bytes()))).contains("DigestInfo");
    }

    private static byte[] signedInfo(String transform, byte[]... digests) {
        StringBuilder xml = new StringBuilder("<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
                + "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\n"
                + "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"/>");
        for (byte[] digest : digests) {
            xml.append("<ds:Reference URI=\"\"><ds:Transforms><ds:Transform Algorithm=\"").append(transform)
                    .append("\"/></ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>")
                    .append("<ds:DigestValue>").append(Base64.getEncoder().encodeToString(digest))
                    .append("</ds:DigestValue></ds:Reference>");
        }
        return xml.append("</ds:SignedInfo>").toString().getBytes();
    }

    private static final String ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

    @Test
    void signedInfoSentAlongIsLookedInto() {
        byte[] sound = signedInfo(ENVELOPED, ALLOWED.bytes(), ALLOWED.bytes());
        allowed(sign(Mechanisms.ECDSA, hash("SHA-256", sound)), sound);
        allowed(sign(Mechanisms.EDDSA, sound), new byte[0]);
    }

    @Test
    void signedInfoOfMoreThanTheDocumentOrBehindATransformIsRefused() {
        byte[] more = signedInfo(ENVELOPED, ALLOWED.bytes(), hash("SHA-256", "another".getBytes()));
        assertThat(forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", more)), more)).contains("another document");
        byte[] transformed = signedInfo("http://www.w3.org/TR/1999/REC-xslt-19991116", ALLOWED.bytes());
        assertThat(forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", transformed)), transformed)).contains("neither");
        byte[] none = signedInfo(ENVELOPED);
        assertThat(forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", none)), none)).contains("neither");
    }

    @Test
    void whatElseWouldBeSignedWithTheDocumentIsRefused() {
        String sound = new String(signedInfo(ENVELOPED, ALLOWED.bytes()));
        for (String more : new String[] {"<x>I sell the house</x>", "I sell the house", "<!-- I sell the house -->"}) {
            byte[] info = sound.replace("</ds:SignedInfo>", more + "</ds:SignedInfo>").getBytes();
            forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", info)), info);
        }
    }

    @Test
    void attributeThatNobodyKnowsIsRefused() throws Exception {
        ASN1EncodableVector vector = new ASN1EncodableVector();
        ASN1Set.getInstance(attributes(ALLOWED.bytes())).forEach(vector::add);
        vector.add(new Attribute(new ASN1ObjectIdentifier("1.2.3.4"), new DERSet(new DEROctetString(new byte[9]))));
        byte[] attributes = new DERSet(vector).getEncoded("DER");
        forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", attributes)), attributes);
    }

    @Test
    void deepXmlIsRefusedWithoutHarm() {
        byte[] deep = new String(signedInfo(ENVELOPED, ALLOWED.bytes())).replace("<ds:DigestValue>",
                "<ds:DigestValue>" + "<a>".repeat(8_000) + "</a>".repeat(8_000)).getBytes();
        forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", deep)), deep);
    }

    @Test
    void xmlWithADocumentTypeIsRefused() {
        byte[] entities = ("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                + new String(signedInfo(ENVELOPED, ALLOWED.bytes()))).getBytes();
        forbidden(sign(Mechanisms.ECDSA, hash("SHA-256", entities)), entities);
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
        byte[] longer = Arrays.copyOf(sound, sound.length + 1);
        assertThat(SignedAttributes.messageDigest(longer)).isEmpty();
        assertThat(SignedAttributes.messageDigest(new byte[] {0x31, (byte) 0x80, 0, 0})).isEmpty();
        assertThat(SignedAttributes.messageDigest(new byte[0])).isEmpty();
    }
}
