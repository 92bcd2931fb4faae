package org.remotepkcs11.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.wire.RefusedException;

/**
 * What {@code client.properties} says. Relative paths start at the file's folder.
 *
 * @param file                 absolute path of the file itself
 * @param proxyUrl             {@code https://host:port}
 * @param proxyCertificate     PEM: the key that signs replies
 * @param proxyAuthority       PEM: trust anchors of the proxy's TLS certificate
 * @param userKeyStore         PKCS #12 with one private key and its chain
 * @param userKeyStorePassword of that file
 * @param token                label of the remote card to use; needed where several may be used
 * @param pin                  where the virtual PIN is kept, if it may be kept at all
 * @param deadline             for one operation, repeats included
 * @param logVerifier          C2SP verifier key of the proxy's audit log
 */
public record ClientConfiguration(Path file, URI proxyUrl, Path proxyCertificate, Path proxyAuthority,
                                  Path userKeyStore, SecretSource userKeyStorePassword, Optional<String> token,
                                  Optional<SecretSource> pin, Duration deadline, Optional<String> logVerifier) {
    /** Environment variable that names the configuration file. */
    public static final String FILE_VARIABLE = "RPKCS11_CONFIG";
    /** Environment variable that overrides {@code token}. */
    public static final String TOKEN_VARIABLE = "RPKCS11_TOKEN";

    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);
    private static final int MAX_DEADLINE_SECONDS = 3600;
    private static final Set<String> KEYS = new LinkedHashSet<>(List.of("proxy.url", "proxy.certificate",
            "proxy.authority", "user.keystore", "user.keystore.password", "token", "pin", "deadline.seconds",
            "log.verifier"));

    /** @throws RefusedException CONFIGURATION_INVALID with file, line and what to do */
    public static ClientConfiguration load(Path file) throws RefusedException {
        return load(file, System.getenv());
    }

    /**
     * The file that applies: {@code $RPKCS11_CONFIG}, else {@code rpkcs11/client.properties} below
     * {@code $XDG_CONFIG_HOME} ({@code ~/.config}), else {@code /etc/rpkcs11/client.properties}.
     *
     * @throws RefusedException CONFIGURATION_INVALID if {@code $RPKCS11_CONFIG} names no file
     */
    public static Optional<Path> find() throws RefusedException {
        return find(System.getenv(), Path.of(System.getProperty("user.home", "/")), Path.of("/etc"));
    }

    /** The one that {@link #find} finds. @throws RefusedException CONFIGURATION_INVALID if there is none */
    public static ClientConfiguration loadFound() throws RefusedException {
        Path file = find().orElseThrow(() -> ConfigurationFile.invalid("no configuration: set " + FILE_VARIABLE
                + " to a client.properties, or make ~/.config/rpkcs11/client.properties by rpkcs11 enroll"));
        return load(file);
    }

    static Optional<Path> find(Map<String, String> environment, Path home, Path etc) throws RefusedException {
        String named = environment.get(FILE_VARIABLE);
        if (named != null && !named.isEmpty()) {
            Path file = Path.of(named);
            if (!Files.isRegularFile(file)) {
                throw ConfigurationFile.invalid(FILE_VARIABLE + " names " + named + ", where there is no file");
            }
            return Optional.of(file);
        }
        return List.of(folder(environment, "XDG_CONFIG_HOME", home.resolve(".config")), etc).stream()
                .map(folder -> folder.resolve("rpkcs11").resolve("client.properties"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** A base folder of the XDG Base Directory Specification: relative values are ignored, as it demands. */
    static Path folder(Map<String, String> environment, String variable, Path otherwise) {
        String named = environment.get(variable);
        return named == null || !Path.of(named).isAbsolute() ? otherwise : Path.of(named);
    }

    static ClientConfiguration load(Path named, Map<String, String> environment) throws RefusedException {
        Path file = named.toAbsolutePath().normalize();
        ConfigurationFile read = ConfigurationFile.read(file, KEYS);
        Path folder = file.getParent();
        Optional<String> token = Optional.ofNullable(environment.get(TOKEN_VARIABLE)).filter(name -> !name.isEmpty())
                .or(() -> read.value("token"));
        return new ClientConfiguration(file, url(read), existing(read, "proxy.certificate", folder),
                existing(read, "proxy.authority", folder), existing(read, "user.keystore", folder),
                secret(read, "user.keystore.password", folder), token, pin(read, folder), deadline(read),
                read.value("log.verifier"));
    }

    private static URI url(ConfigurationFile read) throws RefusedException {
        try {
            return ProxyUrl.of(read.required("proxy.url"));
        } catch (URISyntaxException e) {
            throw read.wrong("proxy.url", e.getReason());
        }
    }

    private static Path existing(ConfigurationFile read, String key, Path folder) throws RefusedException {
        String text = read.required(key);
        try {
            Path path = folder.resolve(text).normalize();
            if (Files.isRegularFile(path)) {
                return path;
            }
            throw read.wrong(key, "names " + path + ", where there is no file");
        } catch (InvalidPathException e) {
            throw read.wrong(key, "is no file name");
        }
    }

    private static SecretSource secret(ConfigurationFile read, String key, Path folder) throws RefusedException {
        String text = read.required(key);
        try {
            return SecretSource.parse(text, folder);
        } catch (RefusedException e) {
            throw read.wrong(key, e.refusal().detail());
        }
    }

    private static Optional<SecretSource> pin(ConfigurationFile read, Path folder) throws RefusedException {
        return read.value("pin").isEmpty() ? Optional.empty() : Optional.of(secret(read, "pin", folder));
    }

    private static Duration deadline(ConfigurationFile read) throws RefusedException {
        String text = read.value("deadline.seconds").orElse(null);
        if (text == null) {
            return DEFAULT_DEADLINE;
        }
        if (text.matches("[0-9]{1,4}")) {
            int seconds = Integer.parseInt(text);
            if (seconds >= 1 && seconds <= MAX_DEADLINE_SECONDS) {
                return Duration.ofSeconds(seconds);
            }
        }
        throw read.wrong("deadline.seconds", "must be a number from 1 to " + MAX_DEADLINE_SECONDS);
    }
}
