package org.remotepkcs11.proxy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.AccessRules;
import org.remotepkcs11.proxy.access.Directory;
import org.remotepkcs11.proxy.access.LiveCards;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.proxy.pipeline.ServiceIdentity;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/**
 * All that a proxy is, in one directory that only its operator's account may read: {@code proxy.properties}, the keys
 * of authorities, replies, TLS and log ({@code *.p12}), {@code vault.secret}, {@code policy.secret}, {@code store.db},
 * and what is known of its cards. What is done here works beside a running {@link ProxyServer}.
 */
public final class ProxyHome {
    private static final String STORE = "store.db";
    private static final String KNOWN_CARDS = "known-cards";

    private final PrivateDirectory directory;
    private final ProxyConfiguration configuration;
    private final HomeKeys keys;

    private ProxyHome(PrivateDirectory directory, ProxyConfiguration configuration, HomeKeys keys) {
        this.directory = directory;
        this.configuration = configuration;
        this.keys = keys;
    }

    /**
     * What a new proxy's {@code proxy.properties} is to say.
     *
     * @param names   DNS names and IP addresses by which users will reach it
     * @param address where to listen
     * @param port    0: any free one
     * @param modules PKCS #11 modules by the names they get
     */
    public record Settings(List<String> names, String address, int port, Map<String, Path> modules) {
        public Settings {
            names = List.copyOf(names);
            modules = Map.copyOf(modules);
        }

        /** On this machine alone. */
        public static Settings local(int port) {
            return new Settings(List.of("127.0.0.1", "localhost"), "127.0.0.1", port, Map.of());
        }

        public Settings withModule(String name, Path library) {
            Map<String, Path> more = new TreeMap<>(modules);
            more.put(name, library);
            return new Settings(names, address, port, more);
        }
    }

    /**
     * Makes a new proxy in a directory that is empty or not there yet.
     *
     * @throws RefusedException {@link ErrorCode#CONFIGURATION_INVALID} if something is there already, or it cannot be
     *                          written
     */
    public static ProxyHome init(Path path, Settings settings) throws RefusedException {
        refuseUnlessEmpty(path);
        PrivateDirectory directory = PrivateDirectory.create(path);
        ProxyConfiguration configuration = written(directory, settings);
        HomeKeys keys = HomeKeys.make(directory, Instant.now());
        HomeSecrets.make(directory, directory.path().resolve(STORE));
        directory.subdirectory(KNOWN_CARDS);
        directory.subdirectory(SettingsText.SOFTWARE_CARDS);
        return new ProxyHome(directory, configuration, keys);
    }

    /** Wrong ones leave nothing behind. */
    private static ProxyConfiguration written(PrivateDirectory directory, Settings settings) throws RefusedException {
        directory.write(ProxyConfiguration.FILE, SettingsText.of(settings).getBytes(StandardCharsets.UTF_8));
        try {
            return ProxyConfiguration.read(directory);
        } catch (RefusedException e) {
            directory.delete(ProxyConfiguration.FILE);
            throw e;
        }
    }

    static void refuseUnlessEmpty(Path path) throws RefusedException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> content = Files.list(path)) {
            if (content.findAny().isPresent()) {
                throw PrivateDirectory.refused(path + " is not empty; a new proxy needs a directory of its own", null);
            }
        } catch (IOException e) {
            throw PrivateDirectory.refused("cannot look into " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws RefusedException {@link ErrorCode#CONFIGURATION_INVALID} if a file is missing, damaged or open to others,
     *                          or a setting is wrong
     */
    public static ProxyHome open(Path path) throws RefusedException {
        PrivateDirectory directory = PrivateDirectory.open(path);
        if (!directory.has(ProxyConfiguration.FILE)) {
            throw PrivateDirectory.refused(
                    "there is no proxy in " + directory.path() + "; make one: rpkcs11 proxy init", null);
        }
        if (directory.has(Restoration.UNFINISHED)) {
            throw PrivateDirectory.refused("a restore into " + directory.path()
                    + " was cut short; empty the directory and run rpkcs11 proxy restore again", null);
        }
        return in(directory);
    }

    static ProxyHome in(PrivateDirectory directory) throws RefusedException {
        return new ProxyHome(directory, ProxyConfiguration.read(directory), HomeKeys.read(directory));
    }

    public Path directory() {
        return directory.path();
    }

    public ProxyConfiguration configuration() {
        return configuration;
    }

    /** Names the proxy in every message: {@link org.remotepkcs11.wire.Fingerprint} of the key that signs replies. */
    public Id proxy() {
        return keys.proxy();
    }

    /** Of the authority: users' trust anchor for TLS. */
    public X509Certificate authorityCertificate() {
        return keys.authority().certificate();
    }

    /** Of the authority that issues delegation certificates: what verifiers of signatures with warranty trust. */
    public X509Certificate delegationCertificate() {
        return keys.delegations().certificate();
    }

    /** The delegation certificates that are no longer good; the list itself is good for a week. */
    public X509CRL delegationRevocations() throws RefusedException {
        Clock clock = Clock.systemUTC();
        try (Access access = openAccess(CardsNow.NONE, clock)) {
            return keys.delegationAuthority(configuration.published())
                    .revocations(access.directory().revokedCertificates(), clock.instant());
        }
    }

    /** For a running proxy, if the configuration asks for it. */
    Optional<RevocationPublisher> publisher(Directory directory, Clock clock) {
        return configuration.warrantyFolder().map(folder -> RevocationPublisher.start(folder,
                keys.delegationAuthority(configuration.published()), directory, clock));
    }

    /** Of the key that signs replies. */
    public X509Certificate replyCertificate() {
        return keys.reply().certificate();
    }

    /**
     * Makes a one-time code for a person; an earlier one for the same name is no longer good.
     *
     * @return as {@link EnrollmentCode#parse} reads it
     * @throws RefusedException {@link ErrorCode#NAME_TAKEN}, {@link ErrorCode#INPUT_INVALID}
     */
    public String invite(String name, Role role, Duration valid) throws RefusedException {
        try (Access access = openAccess(CardsNow.NONE, Clock.systemUTC())) {
            return access.directory().invite(name, role, valid).code();
        }
    }

    /**
     * Ends the key of somebody enrolled.
     *
     * @return a one-time code by which the same person enrols with another key
     * @throws RefusedException {@link ErrorCode#USER_UNKNOWN}, {@link ErrorCode#INPUT_INVALID}
     */
    public String replaceKey(String name, Duration valid) throws RefusedException {
        try (Access access = openAccess(CardsNow.NONE, Clock.systemUTC())) {
            return access.directory().replaceKey(name, valid).code();
        }
    }

    /**
     * Takes all access from somebody who is no owner.
     *
     * @throws RefusedException {@link ErrorCode#USER_UNKNOWN}, {@link ErrorCode#ROLE_INSUFFICIENT}
     */
    public void disable(String name) throws RefusedException {
        try (Access access = openAccess(CardsNow.NONE, Clock.systemUTC())) {
            access.directory().disable(name);
        }
    }

    Access openAccess(LiveCards cards, Clock clock) throws RefusedException {
        HomeSecrets secrets = secrets();
        return openAccess(cards, clock, secrets.inUse(StoreSecret.VAULT), secrets.inUse(StoreSecret.POLICY));
    }

    HomeSecrets secrets() {
        return new HomeSecrets(directory, directory.path().resolve(STORE), configuration.secrets(), proxy());
    }

    /**
     * Puts another secret in the place of one of the store's; nobody may serve meanwhile.
     *
     * @return rows of the store that were changed
     * @throws RefusedException {@link ErrorCode#CONFIGURATION_INVALID} if somebody serves, or the one in use is missing;
     *                          {@link ErrorCode#STATE_UNTRUSTED} if the store is not as the proxy left it
     */
    public int changeSecret(StoreSecret which) throws RefusedException {
        try (HomeLock serving = HomeLock.serving(directory())) {
            return secrets().change(which, (vault, policy) -> openAccess(CardsNow.NONE, Clock.systemUTC(), vault, policy));
        }
    }

    /**
     * As {@link #changeSecret}, where the one in use is lost; what is lost with it:
     * {@link org.remotepkcs11.proxy.access.Rekeying}.
     */
    public int replaceSecret(StoreSecret which) throws RefusedException {
        try (HomeLock serving = HomeLock.serving(directory())) {
            return secrets().replace(which, (vault, policy) -> openAccess(CardsNow.NONE, Clock.systemUTC(), vault, policy));
        }
    }

    private Access openAccess(LiveCards cards, Clock clock, byte[] vault, byte[] policy) throws RefusedException {
        AccessRules standard = AccessRules.standard();
        AccessRules rules =
                new AccessRules(configuration.pinTries(), standard.queue(), standard.strangersAMinute(), clock);
        try {
            return Access.open(directory.path().resolve(STORE), keys.forAccess(configuration.published(), vault, policy),
                    rules, cards);
        } catch (IOException e) {
            throw PrivateDirectory.refused(e.getMessage(), e);
        }
    }

    /** By which anyone checks the tree heads of its log. */
    public NoteVerifier logVerifier() {
        return NoteVerifier.of(Checkpoint.originOf(proxy()), keys.log().publicKey());
    }

    /** Of its backups, beside the running server or not. */
    public HomeBackups backups() {
        return new HomeBackups(this, directory, keys);
    }

    /** For the proxy alone: nobody may use a card through it. */
    Access openAccess() throws RefusedException {
        return openAccess(CardsNow.NONE, Clock.systemUTC());
    }

    Path knownCards() throws RefusedException {
        return directory.subdirectory(KNOWN_CARDS);
    }

    ServiceIdentity identity() throws RefusedException {
        TlsKey tls = TlsKey.in(directory, keys.authority(), configuration.names(), Clock.systemUTC());
        return new ServiceIdentity(keys.authority(), userAuthorities(), configuration.revocation(), tls,
                keys.replySigner(), replyCertificate());
    }

    private List<X509Certificate> userAuthorities() throws RefusedException {
        List<X509Certificate> authorities = new ArrayList<>();
        if (configuration.userAuthorities().isPresent()) {
            Path file = configuration.userAuthorities().get();
            try {
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                        .forEach(certificate -> authorities.add((X509Certificate) certificate));
            } catch (IOException | CertificateException e) {
                throw PrivateDirectory.refused(
                        "cannot read the user authorities in " + file + ": " + e.getMessage(), e);
            }
        }
        return authorities;
    }

    @Override
    public String toString() {
        return "ProxyHome(" + directory.path() + ")";
    }
}
