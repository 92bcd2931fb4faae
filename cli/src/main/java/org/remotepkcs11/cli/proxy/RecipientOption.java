package org.remotepkcs11.cli.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.proxy.backup.Opening;
import org.remotepkcs11.wire.RefusedException;

/** A PKCS #12 file whose key opens backups. */
record RecipientOption(Path file, SecretOption password) {
    /** All keys in it; none if there is no file. */
    List<Opening.Recipient> read() throws CommandFailure, RefusedException, IOException {
        if (file == null) {
            return List.of();
        }
        char[] secret = password.read("password of " + file);
        try (InputStream stream = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(stream, secret);
            List<Opening.Recipient> found = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, secret) instanceof PrivateKey key) {
                    found.add(new Opening.Recipient(key, (X509Certificate) store.getCertificate(alias)));
                }
            }
            return found;
        } catch (GeneralSecurityException | IOException e) {
            throw new CommandFailure("the keys in " + file + " cannot be read: " + e.getMessage(),
                    "is it a PKCS #12 file, and the password right?", e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }
}
