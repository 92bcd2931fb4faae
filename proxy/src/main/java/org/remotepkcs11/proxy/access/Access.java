package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.proxy.store.Ledger;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.RefusedException;

/** Store, log, vault and policy of one proxy, opened together. */
public final class Access implements AutoCloseable {
    private static final int INTERRUPTED_AT_ONCE = 500;

    private final Database database;
    private final ExecutorService completions;
    private final Ledger ledger;
    private final AuditLog log;
    private final Recorder recorder;
    private final Conclusions conclusions;
    private final Strangers strangers;
    private final Gate gate;
    private final Directory directory;
    private final Clock clock;

    private Access(Database database, AuditLog log, AccessKeys keys, AccessRules rules, LiveCards cards) {
        this.database = database;
        this.log = log;
        this.clock = rules.clock();
        this.completions = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() + 1, Access::daemon);
        this.ledger = Ledger.start(database, log, rules.queue(), completions);
        this.recorder = new Recorder(log);
        this.strangers = new Strangers(rules.strangersAMinute());
        Tables tables = Tables.sealedBy(new PolicySeal(keys.policySecret()));
        Vault vault = new Vault(keys.vaultSecret());
        Snapshots snapshots = new Snapshots(database, tables, cards, rules.pinTries());
        PinGuard pins = new PinGuard(tables.tallies(), vault, snapshots, rules.pinTries());
        Parts parts = new Parts(tables, vault, recorder, pins, snapshots, new Touches(database));
        PeopleActions people = new PeopleActions(tables, recorder, parts.touches(), keys.authority());
        StateListing listing = new StateListing(database, tables, cards, rules.pinTries());
        Administrator administrator = new Administrator(parts, people, listing);
        this.conclusions = new Conclusions(parts, administrator.cards());
        this.gate = new Gate(ledger, parts, administrator, strangers, clock);
        this.directory = new Directory(database, ledger, parts, people, clock);
        log.onForeignWrite(snapshots::allChanged);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "ledger-replies");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Opens the store, or makes it. Several processes may have it open; one of them serves.
     *
     * @throws IOException if it cannot be used, or the log is not as it was signed
     */
    public static Access open(Path file, AccessKeys keys, AccessRules rules, LiveCards cards) throws IOException {
        Database database = Database.open(file);
        try {
            AuditLog log = AuditLog.open(database, keys.proxy(), keys.log());
            return new Access(database, log, keys, rules, cards);
        } catch (IOException | IllegalArgumentException e) {
            database.close();
            throw e;
        }
    }

    /**
     * To be called by the process that serves, before it serves: every intent that the last one left without outcome
     * gets the outcome "interrupted".
     *
     * @return how many there were
     */
    public int recover() throws RefusedException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ledger.write(batch -> {
            recorder.append(batch, new AuditEntry(now, AuditEntry.Happened.of("started")));
            return settling -> null;
        });
        int all = 0;
        for (int some = INTERRUPTED_AT_ONCE; some == INTERRUPTED_AT_ONCE; all += some) {
            some = ledger.write(batch -> {
                int found = conclusions.interrupted(batch, now, INTERRUPTED_AT_ONCE);
                return settling -> found;
            });
        }
        return all;
    }

    public Gate gate() {
        return gate;
    }

    public Directory directory() {
        return directory;
    }

    public AuditLog log() {
        return log;
    }

    /** Transactions so far: many requests share one. */
    public long batches() {
        return ledger.batches();
    }

    /** What waits is written first; then all entries are covered by a signed tree head. */
    @Override
    public void close() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        long unlisted = strangers.takeUnlisted();
        ledger.submit(batch -> {
            if (unlisted > 0) {
                recorder.append(batch, new AuditEntry(now,
                        AuditEntry.Happened.of(unlisted + " refusals of strangers were only counted")));
            }
            return settling -> {
                log.signHead(settling);
                return null;
            };
        });
        ledger.close();
        completions.shutdown();
        database.close();
    }
}
