package org.remotepkcs11.proxy.backup;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * Opens backup messages: decrypts, and believes only what the backup key of the proxy signed, by a certificate of the
 * proxy's authority for just that purpose.
 */
public final class Opening {
    private static final long MAX_BYTES = 256L << 20;
    private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";

    private final X509Certificate authority;
    private final List<Recipient> recipients;

    /** Somebody to whom messages are encrypted. */
    public record Recipient(PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return "Recipient(" + certificate.getSubjectX500Principal() + ")";
        }
    }

    /**
     * @param authority  of the proxy; null where it lies in the message itself, which then proves nothing until it is
     *                   opened once more with it
     * @param recipients empty: only messages that somebody else has decrypted can be opened
     */
    public Opening(X509Certificate authority, List<Recipient> recipients) {
        this.authority = authority;
        this.recipients = List.copyOf(recipients);
    }

    /** @throws IOException if it cannot be read, not be decrypted, or is not signed by the proxy */
    public Parcel open(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large for a backup message");
        }
        try {
            return open(Files.readAllBytes(file));
        } catch (ForOthersException e) {
            throw new ForOthersException(file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    Parcel open(byte[] message) throws IOException {
        try {
            byte[] cms = body(message);
            CMSSignedData signed = isSigned(message) ? new CMSSignedData(cms) : new CMSSignedData(body(decrypted(cms)));
            return Smime.parcel(verified(signed));
        } catch (CMSException | GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("this is no backup that can be opened: " + e.getMessage(), e);
        } catch (RuntimeException damaged) {
            // Bouncy Castle and Jakarta Mail tell of some damage by exceptions that are not checked
            throw new IOException("this is no backup that can be read", damaged);
        }
    }

    private static boolean isSigned(byte[] message) throws IOException {
        try {
            return new MimeBodyPart(new ByteArrayInputStream(message)).getContentType().contains(Smime.SIGNED);
        } catch (MessagingException e) {
            throw new IOException("this is no MIME message", e);
        }
    }

    private static byte[] body(byte[] message) throws IOException {
        try {
            MimeBodyPart part = new MimeBodyPart(new ByteArrayInputStream(message));
            if (!part.isMimeType(Smime.TYPE)) {
                throw new IOException("this is no S/MIME message");
            }
            return part.getInputStream().readAllBytes();
        } catch (MessagingException e) {
            throw new IOException("this is no MIME message", e);
        }
    }

    private byte[] decrypted(byte[] cms) throws IOException, CMSException {
        List<RecipientInformation> all = List.copyOf(new CMSEnvelopedData(cms).getRecipientInfos().getRecipients());
        for (RecipientInformation information : all) {
            for (Recipient recipient : recipients) {
                if (information.getRID().match(holder(recipient.certificate()))) {
                    return content(information, recipient.key());
                }
            }
        }
        return byOtherCertificates(all);
    }

    /** A message names a certificate, and a key goes on under others. */
    private byte[] byOtherCertificates(List<RecipientInformation> all) throws ForOthersException {
        for (RecipientInformation information : all) {
            for (Recipient recipient : recipients) {
                try {
                    byte[] content = content(information, recipient.key());
                    if (isSigned(content)) {
                        return content;
                    }
                } catch (CMSException | IOException | RuntimeException another) {
                    // encrypted to another key, which Bouncy Castle finds out in many ways
                    continue;
                }
            }
        }
        throw new ForOthersException("it is encrypted to others than you");
    }

    private static byte[] content(RecipientInformation information, PrivateKey key) throws CMSException {
        return information.getContent(key instanceof RSAPrivateKey
                ? new JceKeyTransEnvelopedRecipient(key).setProvider(Smime.PROVIDER)
                : new JceKeyAgreeEnvelopedRecipient(key).setProvider(Smime.PROVIDER));
    }

    private static X509CertificateHolder holder(X509Certificate certificate) throws IOException {
        try {
            return new X509CertificateHolder(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate cannot be read", e);
        }
    }

    private byte[] verified(CMSSignedData signed)
            throws IOException, CMSException, GeneralSecurityException, OperatorCreationException {
        List<SignerInformation> signers = List.copyOf(signed.getSignerInfos().getSigners());
        if (signers.size() != 1) {
            throw new IOException("it has " + signers.size() + " signatures instead of one");
        }
        for (X509CertificateHolder holder : signed.getCertificates().getMatches(null)) {
            if (signers.get(0).getSID().match(holder)) {
                X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(holder);
                if (authority != null) {
                    refuseUnlessForBackups(certificate, signers.get(0));
                }
                return (byte[]) signed.getSignedContent().getContent();
            }
        }
        throw new IOException("the certificate of who signed it is missing");
    }

    private void refuseUnlessForBackups(X509Certificate certificate, SignerInformation signature)
            throws IOException, CMSException, GeneralSecurityException, OperatorCreationException {
        certificate.verify(authority.getPublicKey());
        certificate.checkValidity(new Date());
        List<String> purposes = certificate.getExtendedKeyUsage();
        boolean issued = Arrays.equals(certificate.getIssuerX500Principal().getEncoded(),
                authority.getSubjectX500Principal().getEncoded());
        if (!issued || purposes == null || !purposes.contains(EMAIL_PROTECTION)) {
            throw new IOException("who signed it may not sign backups");
        }
        if (!signature.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(Smime.PROVIDER).build(certificate))) {
            throw new IOException("the signature is wrong");
        }
    }
}
