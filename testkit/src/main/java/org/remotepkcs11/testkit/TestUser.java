package org.remotepkcs11.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * Somebody enrolled with a test proxy.
 *
 * @param chain  the user's certificate first
 * @param folder holds what a client needs
 */
public record TestUser(String name, KeyPair keys, List<X509Certificate> chain, Path folder) {
    private static final String PASSWORD = "the user's key store";

    public TestUser {
        chain = List.copyOf(chain);
    }

    /** The {@code client.properties} of this user: what {@code RPKCS11_CONFIG} and {@code -providerArg} name. */
    public Path configuration() {
        return folder.resolve("client.properties");
    }

    /** Writes key store, trust and {@link #configuration}. */
    void write(ProxyTrust trust) throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("user", keys.getPrivate(), PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
        try (OutputStream stream = Files.newOutputStream(folder.resolve("user.p12"))) {
            store.store(stream, PASSWORD.toCharArray());
        }
        Files.writeString(folder.resolve("user.password"), PASSWORD + "\n");
        pem("authority.pem", trust.authority());
        pem("proxy.pem", trust.replies());
        Files.writeString(configuration(), """
                proxy.url=%s
                proxy.certificate=proxy.pem
                proxy.authority=authority.pem
                user.keystore=user.p12
                user.keystore.password=file:user.password
                log.verifier=%s
                """.formatted(trust.url(), trust.logVerifier()));
    }

    private void pem(String name, X509Certificate certificate) throws IOException, GeneralSecurityException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        Files.writeString(folder.resolve(name),
                "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    }

    /**
     * How a client knows its proxy.
     *
     * @param authority   trust anchor for TLS
     * @param replies     the key that signs replies
     * @param logVerifier C2SP verifier key
     */
    record ProxyTrust(URI url, X509Certificate authority, X509Certificate replies, String logVerifier) {
    }
}
