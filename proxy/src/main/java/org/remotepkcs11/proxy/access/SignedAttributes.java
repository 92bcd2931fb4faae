package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;

/**
 * Reads CMS SignedAttributes, RFC 5652 section 5.3, in the form in which they are signed: a DER SET OF Attribute. Only
 * attributes that are known to be no documents of their own are taken, and, but for lists of revocations, little of them.
 */
final class SignedAttributes {
    private static final int MAX_BYTES = 64 << 10;
    private static final int MAX_PLAIN_BYTES = 4 << 10;
    /** adbe-revocationInfoArchival of PDF, ISO 32000-2 section 12.8.3.3.2. */
    private static final ASN1ObjectIdentifier REVOCATIONS = new ASN1ObjectIdentifier("1.2.840.113583.1.1.8");
    /** Attributes of RFC 5652, 5035, 6211, 8551 and 5126, and those of Microsoft's Authenticode and Outlook. */
    private static final Set<ASN1ObjectIdentifier> KNOWN = Stream.of("1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4",
            "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.15", "1.2.840.113549.1.9.52", "1.2.840.113549.1.9.16.2.11",
            "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.15", "1.2.840.113549.1.9.16.2.16",
            "1.2.840.113549.1.9.16.2.47", "1.3.6.1.4.1.311.16.4", "1.3.6.1.4.1.311.2.1.11", "1.3.6.1.4.1.311.2.1.12")
            .map(ASN1ObjectIdentifier::new).collect(Collectors.toUnmodifiableSet());

    private SignedAttributes() {
    }

    /**
     * The one messageDigest, RFC 5652 section 11.2.
     *
     * @return empty if the bytes are no DER SignedAttributes with exactly one content type and one message digest
     */
    static Optional<byte[]> messageDigest(byte[] der) {
        if (der.length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            ASN1Primitive parsed = ASN1Primitive.fromByteArray(der);
            if (!(parsed instanceof ASN1Set set) || !Arrays.equals(set.getEncoded("DER"), der)) {
                return Optional.empty();
            }
            return messageDigest(set);
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> messageDigest(ASN1Set attributes) throws IOException {
        Optional<byte[]> digest = Optional.empty();
        int types = 0;
        int digests = 0;
        int bytes = 0;
        for (ASN1Encodable element : attributes) {
            Attribute attribute = Attribute.getInstance(element);
            if (!attribute.getAttrType().equals(REVOCATIONS)) {
                bytes += attribute.getEncoded().length;
                if (!KNOWN.contains(attribute.getAttrType()) || bytes > MAX_PLAIN_BYTES) {
                    return Optional.empty();
                }
            }
            if (attribute.getAttrType().equals(CMSAttributes.contentType)) {
                types++;
            } else if (attribute.getAttrType().equals(CMSAttributes.messageDigest)) {
                digests++;
                digest = value(attribute);
            }
        }
        return types == 1 && digests == 1 ? digest : Optional.empty();
    }

    private static Optional<byte[]> value(Attribute attribute) {
        return attribute.getAttrValues().size() == 1
                && attribute.getAttrValues().getObjectAt(0) instanceof ASN1OctetString octets
                ? Optional.of(octets.getOctets()) : Optional.empty();
    }
}
