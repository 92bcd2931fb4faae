package org.remotepkcs11.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import org.remotepkcs11.testkit.Command;

/** Somebody else's opinion. */
final class OpenSsl {
    private OpenSsl() {
    }

    static String run(String... arguments) throws IOException {
        return Command.of("openssl").with(arguments).run();
    }

    /** Writes certificates as PEM. */
    static Path pem(Path file, Certificate... certificates) throws IOException, CertificateEncodingException {
        StringBuilder text = new StringBuilder();
        for (Certificate certificate : certificates) {
            text.append("-----BEGIN CERTIFICATE-----\n")
                    .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return Files.writeString(file, text);
    }
}
