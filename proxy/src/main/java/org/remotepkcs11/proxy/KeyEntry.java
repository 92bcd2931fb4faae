package org.remotepkcs11.proxy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.remotepkcs11.wire.RefusedException;

/**
 * A private key with its certificate chain. In a file it is a PKCS #12 store with an empty password: the proxy must
 * start without a person, so a password beside the file would protect nothing that the file's permissions do not.
 *
 * @param chain the key's own certificate first
 */
record KeyEntry(PrivateKey key, List<X509Certificate> chain) {
    private static final String ALIAS = "key";

    KeyEntry {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    PublicKey publicKey() {
        return certificate().getPublicKey();
    }

    static KeyEntry read(PrivateDirectory directory, String name) throws RefusedException {
        byte[] file = directory.read(name);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(file), new char[0]);
            if (store.getKey(ALIAS, new char[0]) instanceof PrivateKey key) {
                return new KeyEntry(key,
                        Stream.of(store.getCertificateChain(ALIAS)).map(X509Certificate.class::cast).toList());
            }
            throw PrivateDirectory.refused(directory.path().resolve(name) + " holds no key", null);
        } catch (IOException | GeneralSecurityException e) {
            throw PrivateDirectory.refused(directory.path().resolve(name) + " is damaged; restore it from a backup", e);
        }
    }

    void write(PrivateDirectory directory, String name) throws RefusedException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key, new char[0], chain.toArray(Certificate[]::new));
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            store.store(file, new char[0]);
            directory.write(name, file.toByteArray());
        } catch (IOException | GeneralSecurityException e) {
            throw PrivateDirectory.refused("cannot make " + name + ": " + e.getMessage(), e);
        }
    }
}
