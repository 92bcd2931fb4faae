package org.remotepkcs11.proxy.backup;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Date;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Mails to owners, one for each message. A server that took a mail is trusted to deliver it. */
final class MailTarget implements BackupTarget {
    private static final String TIMEOUT_MS = "60000";

    private final MailSettings settings;

    MailTarget(MailSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public String place() {
        return String.join(",", settings.to());
    }

    @Override
    public boolean holds(long entries) {
        return true;
    }

    @Override
    public void deliver(Parcel parcel, byte[] sealed) throws IOException {
        try {
            Session session = Session.getInstance(properties());
            MimeMessage mail = new MimeMessage(session, new ByteArrayInputStream(sealed));
            mail.setFrom(new InternetAddress(settings.from()));
            mail.setRecipients(Message.RecipientType.TO, InternetAddress.parse(String.join(",", settings.to())));
            mail.setSubject("RemotePKCS11 backup " + parcel.name() + " of proxy "
                    + parcel.proxy().toString().substring(0, 16));
            mail.setSentDate(Date.from(parcel.made()));
            mail.saveChanges();
            send(session, mail);
        } catch (MessagingException e) {
            throw new IOException("the mail server did not take it: " + e.getMessage(), e);
        }
    }

    private void send(Session session, MimeMessage mail) throws IOException, MessagingException {
        try (Transport transport = session.getTransport("smtp")) {
            if (settings.user().isPresent()) {
                transport.connect(settings.user().get(), settings.password());
            } else {
                transport.connect();
            }
            transport.sendMessage(mail, mail.getAllRecipients());
        }
    }

    private Properties properties() throws IOException {
        Properties smtp = new Properties();
        smtp.setProperty("mail.smtp.host", settings.host());
        smtp.setProperty("mail.smtp.port", Integer.toString(settings.port()));
        smtp.setProperty("mail.smtp.starttls.enable", "true");
        smtp.setProperty("mail.smtp.starttls.required", Boolean.toString(settings.tls()));
        smtp.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        smtp.setProperty("mail.smtp.auth", Boolean.toString(settings.user().isPresent()));
        smtp.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MS);
        smtp.setProperty("mail.smtp.timeout", TIMEOUT_MS);
        smtp.setProperty("mail.smtp.writetimeout", TIMEOUT_MS);
        if (settings.authorities().isPresent()) {
            smtp.put("mail.smtp.ssl.socketFactory", trusting(settings.authorities().get()));
        }
        return smtp;
    }

    private static SSLSocketFactory trusting(Path authorities) throws IOException {
        try (InputStream in = Files.newInputStream(authorities)) {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                anchors.setCertificateEntry("authority " + anchors.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities in " + authorities + " cannot be used: " + e.getMessage(), e);
        }
    }
}
