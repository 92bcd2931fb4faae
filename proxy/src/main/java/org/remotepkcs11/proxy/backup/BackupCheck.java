package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.remotepkcs11.proxy.audit.AuditVerifier;
import org.remotepkcs11.proxy.audit.JoinedLog;
import org.remotepkcs11.wire.NoteVerifier;

/**
 * What can be said about backups without the proxy's secrets.
 *
 * @param names     of what is there
 * @param forOthers what could not be opened, in words
 * @param rules     entries of the log when the newest rules were copied
 * @param entries   of the log that are there without a gap
 * @param problems  empty: a proxy can be restored from them
 */
public record BackupCheck(List<String> names, List<String> forOthers, long rules, long entries, List<String> problems) {
    /** @throws IOException if one cannot be opened, or there are no rules */
    public static BackupCheck of(Opening opening, List<Path> places) throws IOException {
        Path scratch = Files.createTempDirectory("backup");
        try {
            StoreParcels parcels = StoreParcels.open(opening, places, scratch);
            Parcel rules = parcels.rules().orElseThrow(() -> new IOException("none of the backups holds rules"));
            parcels.writeRules(rules.proxy(), scratch.resolve("rules.db"));
            JoinedLog log = JoinedLog.of(parcels.log());
            List<String> problems = new ArrayList<>();
            if (log.size() < rules.range().to()) {
                problems.add("the log ends at entry " + log.size() + " or has a gap there; the rules are as of entry "
                        + rules.range().to());
            }
            AuditVerifier.verify(log, NoteVerifier.parse(rules.log()), log.heads()).findings()
                    .forEach(finding -> problems.add("entry " + finding.index() + ": " + finding.problem()));
            return new BackupCheck(parcels.names(), parcels.forOthers(), rules.range().to(), log.size(), problems);
        } catch (IllegalArgumentException e) {
            throw new IOException("the backup names no key of a log", e);
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
