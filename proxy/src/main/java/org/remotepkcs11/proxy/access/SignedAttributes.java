package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;

/** Reads CMS SignedAttributes, RFC 5652 section 5.3, in the form in which they are signed: a DER SET OF Attribute. */
final class SignedAttributes {
    private static final int MAX_BYTES = 64 << 10;

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

    private static Optional<byte[]> messageDigest(ASN1Set attributes) {
        Optional<byte[]> digest = Optional.empty();
        int types = 0;
        int digests = 0;
        for (ASN1Encodable element : attributes) {
            Attribute attribute = Attribute.getInstance(element);
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
