package org.remotepkcs11.cli.pin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Collections;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.RefusedException;

/** The user's own key, out of the configured key store. */
public final class UserKeyFile {
    private UserKeyFile() {
    }

    public static PrivateKey read(ClientConfiguration configuration)
            throws RefusedException, IOException, GeneralSecurityException {
        char[] password = configuration.userKeyStorePassword().read("password of " + configuration.userKeyStore());
        try (InputStream stream = Files.newInputStream(configuration.userKeyStore())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(stream, password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, password) instanceof PrivateKey key) {
                    return key;
                }
            }
            throw new GeneralSecurityException(configuration.userKeyStore() + " holds no key");
        } finally {
            Arrays.fill(password, '\0');
        }
    }
}
