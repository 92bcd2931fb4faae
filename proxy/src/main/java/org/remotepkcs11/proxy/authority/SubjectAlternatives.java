package org.remotepkcs11.proxy.authority;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/** The names of a TLS server, RFC 5280 section 4.2.1.6. */
final class SubjectAlternatives {
    private SubjectAlternatives() {
    }

    static GeneralNames of(List<String> names) {
        return new GeneralNames(names.stream().map(SubjectAlternatives::of).toArray(GeneralName[]::new));
    }

    static Optional<GeneralNames> of(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
        return Optional.ofNullable(extension)
                .map(value -> GeneralNames.getInstance(ASN1OctetString.getInstance(value).getOctets()));
    }

    private static GeneralName of(String name) {
        return new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }
}
