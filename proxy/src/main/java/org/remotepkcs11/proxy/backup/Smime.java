package org.remotepkcs11.proxy.backup;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The MIME forms of RFC 8551 that backups take. */
final class Smime {
    static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
    static final String TYPE = "application/pkcs7-mime";
    static final String SIGNED = "signed-data";
    static final String ENVELOPED = "enveloped-data";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder();
    private static final int MAX_LABEL = 4096;

    private Smime() {
    }

    /** Header fields and body of a CMS message, RFC 8551 section 3.2. */
    static byte[] entity(String kind, byte[] cms) {
        String headers = "Content-Type: " + TYPE + "; smime-type=" + kind + "; name=smime.p7m\r\n"
                + "Content-Disposition: attachment; filename=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(headers.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(LINES.encode(cms));
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /** A text with the label, and the content as an attachment. */
    static byte[] plain(Parcel parcel) throws IOException {
        try {
            MimeBodyPart text = new MimeBodyPart();
            text.setText(parcel.label(), "us-ascii");
            InternetHeaders headers = new InternetHeaders();
            headers.setHeader("Content-Type", "application/octet-stream; name=" + parcel.kind().file());
            headers.setHeader("Content-Disposition", "attachment; filename=" + parcel.kind().file());
            headers.setHeader("Content-Transfer-Encoding", "base64");
            MimeBodyPart attachment = new MimeBodyPart(headers, LINES.encode(parcel.content()));
            MimeBodyPart whole = new MimeBodyPart();
            whole.setContent(new MimeMultipart(text, attachment));
            whole.setHeader("Content-Type", ((MimeMultipart) whole.getContent()).getContentType());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            whole.writeTo(out);
            return out.toByteArray();
        } catch (MessagingException e) {
            throw new IOException("the message cannot be made", e);
        }
    }

    /** @throws IOException if it is not such a text and attachment */
    static Parcel parcel(byte[] plain) throws IOException {
        try {
            MimeBodyPart whole = new MimeBodyPart(new ByteArrayInputStream(plain));
            if (whole.getContent() instanceof MimeMultipart parts && parts.getCount() == 2) {
                byte[] label = parts.getBodyPart(0).getInputStream().readNBytes(MAX_LABEL);
                byte[] content = parts.getBodyPart(1).getInputStream().readAllBytes();
                return Parcel.of(new String(label, StandardCharsets.US_ASCII), content);
            }
            throw new IOException("the message holds no backup");
        } catch (MessagingException e) {
            throw new IOException("the message cannot be read", e);
        }
    }
}
