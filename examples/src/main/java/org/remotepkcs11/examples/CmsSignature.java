package org.remotepkcs11.examples;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** A detached CMS signature (RFC 5652) by Bouncy Castle. */
final class CmsSignature {
    private CmsSignature() {
    }

    static CMSSignedData of(CMSTypedData content, Card card) throws IOException {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build()).build(
                            new JcaContentSignerBuilder(card.signatureAlgorithm()).build(card.key()),
                            card.certificate()));
            generator.addCertificates(new JcaCertStore(card.chain()));
            return generator.generate(content);
        } catch (OperatorCreationException | CMSException | GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
