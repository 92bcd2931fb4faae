package org.remotepkcs11.cli.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.cli.enroll.UserKeyStore;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.PrivateFiles;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.CertificateTerm;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** The files of a configuration: who may read them, and whether the certificates in them are valid. */
final class FilesCheck {
    private final ClientConfiguration configuration;
    private final Clock clock;

    FilesCheck(ClientConfiguration configuration, Clock clock) {
        this.configuration = configuration;
        this.clock = clock;
    }

    List<Finding> examine() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(permissions());
        findings.add(userCertificate());
        findings.add(authority("proxy certificate", configuration.proxyCertificate()));
        findings.add(authority("proxy authority", configuration.proxyAuthority()));
        return findings;
    }

    private Finding permissions() throws IOException {
        List<Path> secret = new ArrayList<>(List.of(configuration.userKeyStore()));
        addFile(secret, configuration.userKeyStorePassword());
        configuration.pin().ifPresent(pin -> addFile(secret, pin));
        for (Path file : secret) {
            if (Files.exists(file) && PrivateFiles.openToOthers(file)) {
                return Finding.problem("permissions", file + " may be read by other users",
                        "take that away: chmod 600 " + file);
            }
        }
        return Finding.ok("permissions", "only you may read the secret files");
    }

    private static void addFile(List<Path> files, SecretSource source) {
        if (source instanceof SecretSource.InFile kept) {
            files.add(kept.file());
        }
    }

    private Finding userCertificate() throws IOException {
        try {
            UserKeyStore store = UserKeyStore.open(configuration.userKeyStore(), configuration.userKeyStorePassword());
            return validity("your certificate", store.certificate(), "renew it: rpkcs11 renew",
                    ErrorCode.CERTIFICATE_EXPIRED.hint());
        } catch (RefusedException e) {
            return Finding.problem("your certificate", e.refusal().detail(),
                    "put the secret where the configuration says");
        } catch (CommandFailure e) {
            return Finding.problem("your certificate", e.getMessage(), e.hint());
        }
    }

    private Finding authority(String check, Path file) throws IOException {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
            String hint = "ask the proxy's operator for the new one, or enrol again";
            return validity(check, certificate, hint, hint);
        } catch (CertificateException e) {
            return Finding.problem(check, file + " holds no certificate", "enrol again: rpkcs11 enroll --force");
        }
    }

    private Finding validity(String check, X509Certificate certificate, String soonHint, String lateHint) {
        Instant now = clock.instant();
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            return Finding.problem(check, "valid only from " + Moment.show(begin),
                    "is this machine's clock right? it says " + Moment.show(now));
        }
        if (now.isAfter(end)) {
            return Finding.problem(check, "expired on " + Moment.show(end), lateHint);
        }
        if (CertificateTerm.of(certificate).isRenewalDue(now)) {
            return Finding.warning(check, "expires on " + Moment.show(end), soonHint);
        }
        return Finding.ok(check, "valid until " + Moment.show(end));
    }
}
