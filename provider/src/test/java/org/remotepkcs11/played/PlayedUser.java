package org.remotepkcs11.played;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import org.remotepkcs11.proxy.authority.Authority;

/** A user's folder: keys, trust and {@code client.properties}. */
final class PlayedUser {
    private static final String PASSWORD = "user password";

    private final Path folder;

    PlayedUser(Path folder) {
        this.folder = folder;
    }

    void keys(Authority authority, KeyPair key) throws IOException, GeneralSecurityException {
        X509Certificate own = authority.issueUser(key.getPublic(), "Uwe User", Instant.now(), Authority.USER_LIFE);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("user", key.getPrivate(), PASSWORD.toCharArray(),
                new Certificate[] {own, authority.certificate()});
        try (OutputStream stream = Files.newOutputStream(folder.resolve("user.p12"))) {
            store.store(stream, PASSWORD.toCharArray());
        }
        Files.writeString(folder.resolve("user.password"), PASSWORD + "\n");
        pem("authority.pem", authority.certificate());
    }

    void proxy(Authority authority, PublicKey replyKey) throws IOException, GeneralSecurityException {
        pem("proxy.pem", authority.issueReplySigner(replyKey, Instant.now()));
    }

    private void pem(String name, X509Certificate certificate) throws IOException, GeneralSecurityException {
        Files.writeString(folder.resolve(name), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n");
    }

    Path configuration(int port, String logVerifier) throws IOException {
        return Files.writeString(folder.resolve("client.properties"), """
                proxy.url=https://localhost:%d
                proxy.certificate=proxy.pem
                proxy.authority=authority.pem
                user.keystore=user.p12
                user.keystore.password=file:user.password
                log.verifier=%s
                deadline.seconds=20
                """.formatted(port, logVerifier));
    }
}
