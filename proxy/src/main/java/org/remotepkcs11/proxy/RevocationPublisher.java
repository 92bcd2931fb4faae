package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.access.Directory;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a folder as verifiers of signatures with warranty are to find it, for a web server to hand out: the delegation
 * authority's certificate and its list of revoked ones, in DER as RFC 5280 wants it there and named as in RFC 2585.
 */
final class RevocationPublisher implements AutoCloseable {
    static final String CERTIFICATE = "delegations.cer";
    static final String REVOCATIONS = "delegations.crl";

    private static final Logger LOG = LoggerFactory.getLogger(RevocationPublisher.class);
    /** How old a list may be of which nothing has changed; it is good for longer. */
    private static final Duration RENEWED = Duration.ofDays(1);
    private static final int LOOK_SECONDS = 2;

    private final Path folder;
    private final DelegationAuthority authority;
    private final Directory directory;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "revocations");
        made.setDaemon(true);
        return made;
    });
    private List<DelegationAuthority.Revoked> listed;
    private Instant due = Instant.MIN;
    private boolean failing;

    private RevocationPublisher(Path folder, DelegationAuthority authority, Directory directory, Clock clock) {
        this.folder = folder;
        this.authority = authority;
        this.directory = directory;
        this.clock = clock;
    }

    static RevocationPublisher start(Path folder, DelegationAuthority authority, Directory directory, Clock clock) {
        RevocationPublisher publisher = new RevocationPublisher(folder, authority, directory, clock);
        publisher.thread.scheduleWithFixedDelay(publisher::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
        return publisher;
    }

    private void look() {
        try {
            publish();
            failing = false;
        } catch (IOException | GeneralSecurityException | RefusedException e) {
            told(e);
        } catch (RuntimeException defect) {
            // an exception would end the schedule
            told(defect);
        }
    }

    /** Once: it is tried again soon. */
    private void told(Exception reason) {
        if (!failing) {
            LOG.error("the revocations of delegation certificates are not published in {}", folder, reason);
        }
        failing = true;
    }

    private void publish() throws IOException, GeneralSecurityException, RefusedException {
        List<DelegationAuthority.Revoked> revoked = directory.revokedCertificates();
        Instant now = clock.instant();
        if (!revoked.equals(listed) || !now.isBefore(due)) {
            write(CERTIFICATE, authority.certificate().getEncoded());
            write(REVOCATIONS, authority.revocations(revoked, now).getEncoded());
            listed = revoked;
            due = now.plus(RENEWED);
        }
    }

    /** At once as a whole, and for everybody to read. */
    private void write(String name, byte[] der) throws IOException {
        Path fresh = folder.resolve("." + name + ".new");
        Files.write(fresh, der);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
