package org.remotepkcs11.proxy.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is backed up how often to where.
 *
 * @param folder     empty: to none
 * @param keep       copies of the rules in the folder
 * @param mail       empty: by none
 * @param recipients PEM certificates that can open backups; empty: those of the enrolled owners
 * @param rules      between copies of the rules
 * @param log        between looks for new entries of the log
 */
public record BackupSettings(Optional<Path> folder, int keep, Optional<MailSettings> mail, Optional<Path> recipients,
                             Duration rules, Duration log) {
    public boolean wanted() {
        return folder.isPresent() || mail.isPresent();
    }
}
