package org.remotepkcs11.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.proxy.backup.KeyArchive;
import org.remotepkcs11.proxy.backup.Opening;

/** Keeps a proxy's keys apart from its other backups. */
record Keeper(Path folder) {
    private static final String PASSWORD = "keeper";

    static Keeper in(Path folder) throws IOException, InterruptedException {
        Program.of(folder, "sh", "-c", "openssl req -x509 -newkey rsa:2048 -nodes -keyout keeper.key -out keeper.pem "
                + "-subj /CN=Keeper -days 2 && openssl pkcs12 -export -in keeper.pem -inkey keeper.key -out keeper.p12 "
                + "-passout pass:" + PASSWORD).succeed();
        Files.writeString(folder.resolve("keeper.password"), PASSWORD);
        return new Keeper(folder);
    }

    Path certificate() {
        return folder.resolve("keeper.pem");
    }

    /** Of {@code proxy restore}. */
    List<Object> options() {
        return List.of("--keys-keystore", folder.resolve("keeper.p12"), "--keys-password",
                "file:" + folder.resolve("keeper.password"));
    }

    /** What is in a backup of keys. */
    Map<String, byte[]> open(Path message) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(folder.resolve("keeper.p12"))) {
            store.load(stream, PASSWORD.toCharArray());
        }
        String alias = store.aliases().nextElement();
        Opening.Recipient recipient = new Opening.Recipient((PrivateKey) store.getKey(alias, PASSWORD.toCharArray()),
                (X509Certificate) store.getCertificate(alias));
        return KeyArchive.of(new Opening(null, List.of(recipient)).open(message)).files();
    }
}
