package org.remotepkcs11.provider;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.List;
import org.remotepkcs11.proxy.authority.Authority;

/** Software keys of the other side, entry "local". */
final class LocalKeys {
    static final String PASSWORD = "unused";
    static final String ALIAS = "local";

    private LocalKeys() {
    }

    static KeyStore keyStore() {
        try {
            return made();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore made() throws GeneralSecurityException, IOException {
        Authority authority = Authority.create(Instant.now());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(ALIAS, pair.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {
            authority.issueServer(pair.getPublic(), List.of("localhost"), Instant.now()), authority.certificate()});
        return store;
    }
}
