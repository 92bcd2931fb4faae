package org.remotepkcs11.cli.enroll;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.PrivateFiles;
import org.remotepkcs11.cli.text.Pem;
import org.remotepkcs11.wire.EnrollmentReply.Enrolled;

/** The folder of one user's configuration: what {@code enroll} writes and tools read. */
public final class ClientFolder {
    public static final String CONFIGURATION = "client.properties";
    private static final String PROXY = "proxy.pem";
    private static final String AUTHORITY = "authority.pem";
    private static final String KEY_STORE = "user.p12";
    private static final String PASSWORD = "user.password";
    private static final List<String> ALL = List.of(CONFIGURATION, PROXY, AUTHORITY, KEY_STORE, PASSWORD);
    private static final int PASSWORD_BYTES = 24;

    private final Path path;

    public ClientFolder(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    public Path configuration() {
        return path.resolve(CONFIGURATION);
    }

    /** Makes the folder. @throws CommandFailure if it holds a configuration already, unless {@code replace} */
    public void prepare(boolean replace) throws CommandFailure, IOException {
        PrivateFiles.createFolder(path);
        List<String> there = ALL.stream().filter(name -> Files.exists(path.resolve(name))).toList();
        if (!there.isEmpty() && !replace) {
            throw new CommandFailure(path + " holds " + String.join(", ", there) + " already",
                    "enrol into another folder with --dir, or replace them with --force");
        }
    }

    /** Writes everything, the key under a new random password. */
    public void write(URI proxy, Enrolled enrolled, PrivateKey key) throws CommandFailure, IOException {
        byte[] password = randomPassword();
        PrivateFiles.write(path.resolve(PASSWORD), password);
        PrivateFiles.write(path.resolve(KEY_STORE), UserKeyStore.encode(key, enrolled.chain(), characters(password)));
        write(proxy, enrolled, KEY_STORE, "file:" + PASSWORD);
    }

    /** Writes everything but the key, which stays where it is. @param password as client.properties knows it */
    void write(URI proxy, Enrolled enrolled, String keyStore, String password) throws IOException {
        PrivateFiles.write(path.resolve(PROXY), pem(enrolled.proxyCertificate()));
        PrivateFiles.write(path.resolve(AUTHORITY), pem(enrolled.authority()));
        List<String> lines = new ArrayList<>(List.of(
                "# " + enrolled.name() + " at " + proxy + "; what each line means: docs/reference-configuration.md",
                "proxy.url=" + proxy, "proxy.certificate=" + PROXY, "proxy.authority=" + AUTHORITY,
                "user.keystore=" + keyStore, "user.keystore.password=" + password));
        if (!enrolled.logVerifierKey().isEmpty()) {
            lines.add("log.verifier=" + enrolled.logVerifierKey());
        }
        PrivateFiles.write(configuration(), (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] randomPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encode(random);
    }

    private static char[] characters(byte[] ascii) {
        char[] characters = new char[ascii.length];
        for (int i = 0; i < ascii.length; i++) {
            characters[i] = (char) ascii[i];
        }
        return characters;
    }

    private static byte[] pem(byte[] der) {
        return Pem.of("CERTIFICATE", der).getBytes(StandardCharsets.US_ASCII);
    }
}
