package org.remotepkcs11.cli.enroll;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.RefusedException;

/** A PKCS #12 file with a user's key and certificate. */
public record UserKeyStore(KeyPair key, List<X509Certificate> chain) {
    private static final String ALIAS = "user";

    public X509Certificate certificate() {
        return chain.get(0);
    }

    X509KeyManager forTls() throws CommandFailure {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key.getPrivate(), new char[0], chain.toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new CommandFailure("the key cannot be used for TLS: " + e.getMessage(),
                    "use a P-256, Ed25519 or RSA key", e);
        }
    }

    /** @throws CommandFailure if it does not hold exactly one private key, or the password does not open it */
    public static UserKeyStore open(Path file, SecretSource passwordSource)
            throws CommandFailure, RefusedException, IOException {
        char[] password = passwordSource.read("password of " + file);
        try {
            return open(file, password);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** @param password is not changed */
    static UserKeyStore open(Path file, char[] password) throws CommandFailure, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return only(store, password, file);
        } catch (GeneralSecurityException e) {
            throw new CommandFailure(file + " holds a key that cannot be used: " + e.getMessage(),
                    "use a P-256, Ed25519 or RSA key", e);
        } catch (IOException e) {
            if (e.getCause() instanceof GeneralSecurityException) {
                throw new CommandFailure("the password does not open " + file, "give the right one", e);
            }
            throw e;
        }
    }

    /** As PKCS #12. @param chain DER, the key's certificate first. @param password is not changed */
    static byte[] encode(PrivateKey key, List<byte[]> chain, char[] password) throws CommandFailure, IOException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<Certificate> certificates = new ArrayList<>();
            for (byte[] der : chain) {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key, password, certificates.toArray(Certificate[]::new));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, password);
            return bytes.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("the proxy's certificate cannot be used: " + e.getMessage(),
                    "client and proxy may be of different versions", e);
        }
    }

    private static UserKeyStore only(KeyStore store, char[] password, Path file)
            throws GeneralSecurityException, CommandFailure {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new CommandFailure(file + " holds " + keys.size() + " private keys", "it must hold exactly one");
        }
        List<X509Certificate> chain = Stream.of(store.getCertificateChain(keys.get(0)))
                .map(X509Certificate.class::cast).toList();
        PrivateKey key = (PrivateKey) store.getKey(keys.get(0), password);
        return new UserKeyStore(new KeyPair(chain.get(0).getPublicKey(), key), chain);
    }
}
