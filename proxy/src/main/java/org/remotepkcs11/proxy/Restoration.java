package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.Resumption;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.audit.AuditReport;
import org.remotepkcs11.proxy.audit.AuditVerifier;
import org.remotepkcs11.proxy.audit.JoinedLog;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.audit.StoredLog;
import org.remotepkcs11.proxy.backup.KeyArchive;
import org.remotepkcs11.proxy.backup.Opening;
import org.remotepkcs11.proxy.backup.Parcel;
import org.remotepkcs11.proxy.backup.StoreParcels;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.RefusedException;

/** Makes a proxy again out of backups, in a directory that is empty or not there yet. */
public final class Restoration {
    /** The statement for users whose clients saw more of the log than there is now. */
    public static final String STATEMENT = "restored.txt";
    /** There as long as the proxy is not whole, and rules may be in force that the log took back. */
    static final String UNFINISHED = "restore.unfinished";
    private static final String STORE = "store.db";

    private final PrivateDirectory directory;

    private Restoration(PrivateDirectory directory) {
        this.directory = directory;
    }

    /**
     * @param message  that holds the proxy's keys
     * @param keepers  who can open it
     * @param tokenPin of the token that holds some of them, where the lost proxy had it in a file of its directory
     */
    public record Keys(Path message, List<Opening.Recipient> keepers, Optional<CardPin> tokenPin) {
    }

    /**
     * @param store      messages, or folders of them, with rules and log
     * @param recipients who can open these
     * @param logs       other copies of the log, which may be longer than what was backed up: exports, stores
     */
    public record Sources(Keys keys, List<Path> store, List<Opening.Recipient> recipients, List<LogCopy> logs) {
    }

    /**
     * @param rules     entries of the log when the rules were copied
     * @param entries   of the log now
     * @param locked    delegations that wait for their owner's look
     * @param forOthers messages that could not be opened, in words
     */
    public record Restored(ProxyHome home, long rules, long entries, int locked, List<String> forOthers) {
    }

    /**
     * @throws RefusedException {@code CONFIGURATION_INVALID} if the directory is not empty, or keys and rules do not go
     *                          together; {@code STATE_UNTRUSTED} if the rules are not sound
     * @throws IOException      if a backup cannot be opened or they do not make up one proxy; nothing is left behind
     */
    public static Restored restore(Path path, Sources sources) throws RefusedException, IOException {
        ProxyHome.refuseUnlessEmpty(path);
        KeyArchive keys = KeyArchive.of(new Opening(null, sources.keys().keepers()).open(sources.keys().message()));
        Path scratch = Files.createTempDirectory("restore",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        PrivateDirectory directory = PrivateDirectory.create(path);
        boolean done = false;
        try {
            directory.write(UNFINISHED, new byte[0]);
            Restored restored = new Restoration(directory).run(keys, sources, scratch);
            directory.delete(UNFINISHED);
            done = true;
            return restored;
        } finally {
            empty(scratch, true);
            if (!done) {
                empty(directory.path(), false);
            }
        }
    }

    private Restored run(KeyArchive keys, Sources sources, Path scratch) throws RefusedException, IOException {
        for (Map.Entry<String, byte[]> file : keys.files().entrySet()) {
            directory.write(file.getKey(), file.getValue());
        }
        directory.subdirectory(SettingsText.SOFTWARE_CARDS);
        ProxyHome home = ProxyHome.in(directory);
        Opening opening = new Opening(home.authorityCertificate(), sources.recipients());
        Parcel opened = new Opening(home.authorityCertificate(), sources.keys().keepers()).open(sources.keys().message());
        writeTokenPin(home.configuration().secrets(), sources.keys().tokenPin());
        StoreParcels parcels = StoreParcels.open(opening, sources.store(), scratch);
        List<LogCopy> copies = new ArrayList<>(parcels.log());
        copies.addAll(sources.logs());
        Path store = directory.path().resolve(STORE);
        Parcel rules = parcels.writeRules(home.proxy(), store);
        refuseUnlessTogether(home, opened, rules);
        try (JoinedLog log = JoinedLog.of(copies)) {
            Resumption.Resumed resumed = resume(home, log, rules);
            directory.write(STATEMENT, resumed.statement().getBytes(StandardCharsets.UTF_8));
            return new Restored(home, rules.range().to(), verified(home, store, log), resumed.locked(),
                    parcels.forOthers());
        }
    }

    /** A token's PIN is in no backup. */
    private void writeTokenPin(SecretPlaces secrets, Optional<CardPin> given) throws RefusedException {
        Optional<Path> missing = secrets.token().filter(token -> secrets.useToken())
                .flatMap(SecretPlaces.Token::file).map(directory.path()::resolve).filter(Files::notExists);
        if (missing.isEmpty()) {
            return;
        }
        Path file = missing.get().normalize();
        if (given.isEmpty() || !file.getParent().equals(directory.path())) {
            throw PrivateDirectory.refused("keys are on the token " + secrets.token().orElseThrow().label() + ", and its "
                    + "pin, which was in " + file + ", is in no backup: " + (given.isEmpty() ? "give it by --token-pin"
                    : "write it there"), null);
        }
        byte[] pin = given.get().utf8();
        directory.write(file.getFileName().toString(), pin);
        Arrays.fill(pin, (byte) 0);
    }

    private static void refuseUnlessTogether(ProxyHome home, Parcel keys, Parcel rules) throws RefusedException {
        Optional<StoreSecret> lacking = home.secrets().lacking();
        if (lacking.isPresent()) {
            throw PrivateDirectory.refused("the " + lacking.get().name().toLowerCase(Locale.ROOT) + " key of the keys made "
                    + keys.made() + " is not that of the rules made " + rules.made() + ": it was changed in between. Give "
                    + "keys of the rules' time or, by --from, only rules of the keys' time", null);
        }
    }

    private Resumption.Resumed resume(ProxyHome home, JoinedLog log, Parcel rules) throws RefusedException, IOException {
        long size = rules.range().to();
        try (Database database = Database.open(directory.path().resolve(STORE))) {
            AuditLog.fill(database, log, size);
        }
        try (Access access = home.openAccess()) {
            Resumption resumption = access.resumption();
            resumption.follow(log, size);
            return resumption.conclude("restored from a backup: rules as of entry " + size + ", log up to entry "
                    + log.size());
        }
    }

    /** Against the heads that came with the copies, and every request's signature. */
    private static long verified(ProxyHome home, Path store, JoinedLog log) throws IOException {
        try (LogCopy copy = StoredLog.open(store)) {
            AuditReport report = AuditVerifier.verify(copy, home.logVerifier(), log.heads());
            if (!report.sound()) {
                AuditReport.Finding first = report.findings().get(0);
                throw new IOException("the log in the backups is not as it was written: entry " + first.index() + ": "
                        + first.problem());
            }
            return report.entries();
        }
    }

    private static void empty(Path folder, boolean itself) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                if (itself || !file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }
}
