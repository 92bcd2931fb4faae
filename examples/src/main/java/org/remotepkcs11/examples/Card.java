package org.remotepkcs11.examples;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.remotepkcs11.provider.RemotePkcs11Provider;

/**
 * What all examples begin with: the provider is installed, the key store opened with the virtual PIN of the environment
 * variable RPKCS11_PIN, and one entry taken. All that follows in an example is ordinary Java.
 */
record Card(PrivateKey key, List<X509Certificate> chain) {
    static Card open(String alias) throws GeneralSecurityException, IOException {
        Security.addProvider(new RemotePkcs11Provider());
        KeyStore store = KeyStore.getInstance("RemotePKCS11");
        store.load(null, pin());
        if (!store.isKeyEntry(alias)) {
            throw new IOException("no key named " + alias + "; keytool -list shows what there is");
        }
        List<X509Certificate> chain = Arrays.stream(store.getCertificateChain(alias))
                .map((Certificate certificate) -> (X509Certificate) certificate).toList();
        return new Card((PrivateKey) store.getKey(alias, null), chain);
    }

    private static char[] pin() throws IOException {
        String pin = System.getenv("RPKCS11_PIN");
        if (pin == null) {
            throw new IOException("RPKCS11_PIN is not set");
        }
        return pin.toCharArray();
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** For this key by SHA-256. */
    String signatureAlgorithm() {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
    }
}
