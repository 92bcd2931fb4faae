package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How backups are mailed.
 *
 * @param from         sender's address
 * @param to           owners' addresses
 * @param tls          whether STARTTLS is required; the content is encrypted all the same
 * @param user         to log in at the server with; empty: without
 * @param passwordFile whose first line is the password
 * @param authorities  PEM file of those that vouch for the server; empty: those that Java knows
 */
public record MailSettings(String host, int port, String from, List<String> to, boolean tls, Optional<String> user,
                           Optional<Path> passwordFile, Optional<Path> authorities) {
    public MailSettings {
        to = List.copyOf(to);
    }

    String password() throws IOException {
        if (passwordFile.isEmpty()) {
            return "";
        }
        return Files.readString(passwordFile.get()).lines().findFirst().orElse("");
    }
}
