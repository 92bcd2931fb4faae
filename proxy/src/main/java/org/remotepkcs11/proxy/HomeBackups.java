package org.remotepkcs11.proxy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.User;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.proxy.backup.Backup;
import org.remotepkcs11.proxy.backup.BackupSchedule;
import org.remotepkcs11.proxy.backup.BackupSettings;
import org.remotepkcs11.proxy.backup.BackupSigner;
import org.remotepkcs11.proxy.backup.KeyArchive;
import org.remotepkcs11.proxy.backup.Sealing;
import org.remotepkcs11.proxy.backup.Shipped;
import org.remotepkcs11.wire.RefusedException;

/**
 * The backups of one proxy. Rules and log go to the owners, the secrets that are not in the store to others, on their
 * own: who has both can search for short virtual PINs.
 */
public final class HomeBackups {
    private static final String SIGNER = "backup.p12";
    private static final String STATE = "backups";

    private final ProxyHome home;
    private final PrivateDirectory directory;
    private final HomeKeys keys;
    private final BackupSettings settings;

    HomeBackups(ProxyHome home, PrivateDirectory directory, HomeKeys keys) {
        this.home = home;
        this.directory = directory;
        this.keys = keys;
        this.settings = home.configuration().backups();
    }

    /** Ships while the server runs; does nothing where no target is configured. */
    AutoCloseable schedule(Access access, Clock clock) throws RefusedException {
        if (!settings.wanted()) {
            return () -> { };
        }
        return BackupSchedule.start(() -> backup(access, clock), settings.log());
    }

    private Backup backup(Access access, Clock clock) throws RefusedException, IOException {
        Backup.Source source =
                new Backup.Source(home.proxy(), access, () -> new Sealing(signer(), recipients(access)), clock);
        return new Backup(source, directory.subdirectory(STATE), settings);
    }

    /**
     * Ships rules and log at once, beside the running server or without it.
     *
     * @param progress told in words what arrived
     * @return targets that failed, with the reason
     */
    public Map<String, String> now(Consumer<String> progress) throws RefusedException, IOException {
        refuseUnlessWanted();
        try (Access access = home.openAccess()) {
            return backup(access, Clock.systemUTC()).run(true, progress);
        }
    }

    /** What each target has. */
    public Map<String, Shipped> shipped() throws RefusedException, IOException {
        refuseUnlessWanted();
        return Backup.shipped(directory.subdirectory(STATE), settings);
    }

    private void refuseUnlessWanted() throws RefusedException {
        if (!settings.wanted()) {
            throw PrivateDirectory.refused("no backups are configured: set backup.folder or backup.mail.host in "
                    + directory.path().resolve(ProxyConfiguration.FILE), null);
        }
    }

    /** The one key that both enrolled and configured owners' messages are signed with; made when first needed. */
    private BackupSigner signer() throws RefusedException {
        if (!directory.has(SIGNER)) {
            KeyPair pair = Keys.p256();
            X509Certificate certificate = keys.authority().issueBackupSigner(pair.getPublic(), Instant.now());
            new KeyEntry(pair.getPrivate(), List.of(certificate, keys.authority().certificate()))
                    .write(directory, SIGNER);
        }
        KeyEntry entry = KeyEntry.read(directory, SIGNER);
        return new BackupSigner(entry.key(), entry.chain());
    }

    private List<X509Certificate> recipients(Access access) throws RefusedException {
        List<X509Certificate> recipients = known(access);
        if (recipients.isEmpty()) {
            throw PrivateDirectory.refused("nobody can open backups: let an owner enrol whose key is RSA or "
                    + "elliptic-curve, or name certificates with such keys in backup.recipients", null);
        }
        return recipients;
    }

    /** May be nobody yet. */
    private List<X509Certificate> known(Access access) throws RefusedException {
        return settings.recipients().isPresent() ? certificates(settings.recipients().get())
                : access.owners().stream().map(User::certificate)
                        .filter(certificate -> Sealing.canReceive(certificate.getPublicKey())).toList();
    }

    /** At least one, and something can be encrypted to each. */
    private static List<X509Certificate> certificates(Path file) throws RefusedException {
        try {
            List<X509Certificate> found = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                    .forEach(certificate -> found.add((X509Certificate) certificate));
            Optional<X509Certificate> deaf =
                    found.stream().filter(one -> !Sealing.canReceive(one.getPublicKey())).findFirst();
            if (found.isEmpty() || deaf.isPresent()) {
                throw PrivateDirectory.refused(deaf.map(one -> "nothing can be encrypted to the key of "
                        + one.getSubjectX500Principal() + " in " + file + ": use RSA or elliptic-curve keys")
                        .orElse("there is no certificate in " + file), null);
            }
            return found;
        } catch (IOException | CertificateException e) {
            throw PrivateDirectory.refused("cannot read the certificates in " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The proxy's keys, secrets and settings as one message for people who keep it apart from all other backups. Beside
     * the running server or without it.
     *
     * @param keepers PEM certificates
     * @param file    a new one
     * @throws RefusedException {@code CONFIGURATION_INVALID} if a keeper can open the other backups too
     */
    public void writeKeys(Path keepers, Path file) throws RefusedException, IOException {
        List<X509Certificate> to = certificates(keepers);
        try (Access access = home.openAccess()) {
            for (X509Certificate owner : known(access)) {
                if (to.stream().anyMatch(keeper -> keeper.getPublicKey().equals(owner.getPublicKey()))) {
                    throw PrivateDirectory.refused("the key of " + owner.getSubjectX500Principal() + " opens the other "
                            + "backups: whoever has both can search for virtual pins", null);
                }
            }
            signer();
            KeyArchive archive = KeyArchive.of(directory.path(), home.secrets().archived());
            Files.write(file, archive.seal(new Sealing(signer(), to), home.proxy(), access.log().verifierKey()),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }
}
