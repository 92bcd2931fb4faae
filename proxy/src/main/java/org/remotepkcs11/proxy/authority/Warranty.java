package org.remotepkcs11.proxy.authority;

import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DisplayText;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyQualifierId;
import org.bouncycastle.asn1.x509.PolicyQualifierInfo;
import org.bouncycastle.asn1.x509.UserNotice;

/**
 * What a delegation certificate says of a delegation.
 *
 * @param owner      name, at most 64 characters
 * @param user       name, at most 64 characters
 * @param delegation its id, hexadecimal
 */
public record Warranty(String owner, String user, String delegation) {
    /**
     * The policy under which delegation certificates are issued: a UUID below 2.25, as ITU-T X.667 gives them to
     * everybody, the UUID being 8f3d0a52-6c1e-4b7e-9d35-27f0b1c46e90.
     */
    public static final String POLICY = "2.25.190396542859879962345362371200048983696";

    /** {@code ub-common-name}, RFC 5280 appendix A.1. */
    private static final int MAX_COMMON_NAME = 64;
    private static final String BETWEEN = " on behalf of ";
    /** {@code DisplayText}, RFC 5280 section 4.2.1.4. */
    private static final int MAX_NOTICE = 200;

    /** What viewers show of a signature. */
    public String notice() {
        return "signed by " + user + BETWEEN + owner + ", delegation #" + delegation;
    }

    /** Names both people, shortened where there is no room, and the delegation. */
    X500Name subject() {
        int room = (MAX_COMMON_NAME - BETWEEN.length()) / 2;
        String both = user + BETWEEN + owner;
        String name = both.length() <= MAX_COMMON_NAME ? both : cut(user, room) + BETWEEN + cut(owner, room);
        return new X500NameBuilder().addRDN(BCStyle.SERIALNUMBER, delegation).addRDN(BCStyle.CN, name).build();
    }

    private static String cut(String name, int room) {
        if (name.length() <= room) {
            return name;
        }
        int end = Character.isHighSurrogate(name.charAt(room - 2)) ? room - 2 : room - 1;
        return name.substring(0, end) + "…";
    }

    CertificatePolicies policies() {
        String text = notice();
        if (text.length() > MAX_NOTICE) {
            throw new IllegalArgumentException("names that are too long for a notice");
        }
        UserNotice notice = new UserNotice(null, new DisplayText(DisplayText.CONTENT_TYPE_UTF8STRING, text));
        ASN1EncodableVector qualifiers = new ASN1EncodableVector();
        qualifiers.add(new PolicyQualifierInfo(PolicyQualifierId.id_qt_unotice, notice));
        return new CertificatePolicies(new PolicyInformation(new ASN1ObjectIdentifier(POLICY),
                new DERSequence(qualifiers)));
    }
}
