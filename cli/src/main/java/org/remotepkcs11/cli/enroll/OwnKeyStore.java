package org.remotepkcs11.cli.enroll;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.RefusedException;

/**
 * A key and certificate of the user's own PKI.
 *
 * @param path     absolute
 * @param password where it is, as client.properties says it
 */
record OwnKeyStore(KeyPair key, String path, String password) {
    static OwnKeyStore open(Path file, String passwordSource) throws CommandFailure, RefusedException, IOException {
        Path here = Path.of("").toAbsolutePath();
        SecretSource source = SecretSource.parse(passwordSource, here);
        char[] password = source.read("password of " + file);
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return new OwnKeyStore(only(store, password, file), file.toAbsolutePath().toString(), described(source));
        } catch (GeneralSecurityException e) {
            throw new CommandFailure(file + " holds a key that cannot be used: " + e.getMessage(),
                    "use a P-256, Ed25519 or RSA key", e);
        } catch (IOException e) {
            if (e.getCause() instanceof GeneralSecurityException) {
                throw new CommandFailure("the password does not open " + file, "give the right one by --password", e);
            }
            throw e;
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static String described(SecretSource source) {
        if (source instanceof SecretSource.InFile kept) {
            return "file:" + kept.file();
        }
        return source instanceof SecretSource.InEnvironment kept ? "env:" + kept.name() : "prompt";
    }

    private static KeyPair only(KeyStore store, char[] password, Path file)
            throws GeneralSecurityException, CommandFailure {
        List<String> aliases = Collections.list(store.aliases());
        int keys = 0;
        KeyPair found = null;
        for (String alias : aliases) {
            if (store.isKeyEntry(alias)) {
                keys++;
                found = new KeyPair(store.getCertificate(alias).getPublicKey(),
                        (PrivateKey) store.getKey(alias, password));
            }
        }
        if (keys != 1) {
            throw new CommandFailure(file + " holds " + keys + " private keys", "it must hold exactly one");
        }
        return found;
    }
}
