package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditLog;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.proxy.store.Ledger;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/** Store, log, vault and policy of one proxy, opened together. */
public final class Access implements AutoCloseable {
    private static final int INTERRUPTED_AT_ONCE = 500;

    private final ExecutorService completions;
    private final AuditLog log;
    private final PolicySeal seal;
    private final Map<StoreSecret, byte[]> secrets;
    private final Parts parts;
    private final Conclusions conclusions;
    private final Strangers strangers;
    private final Gate gate;
    private final Directory directory;

    private Access(Database database, AccessKeys keys, AccessRules rules, LiveCards cards) throws IOException {
        this.log = AuditLog.open(database, keys.proxy(), keys.log());
        this.completions = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() + 1, Access::daemon);
        this.seal = new PolicySeal(keys.policySecret());
        this.secrets = Map.of(StoreSecret.POLICY, keys.policySecret(), StoreSecret.VAULT, keys.vaultSecret());
        Tables tables = Tables.sealedBy(seal);
        Vault vault = new Vault(keys.vaultSecret(), seal.sum()::changed);
        Warranties warranties = new Warranties(tables.certificates(), keys.delegations());
        Clock clock = Clock.tick(rules.clock(), Duration.ofMillis(1));
        Approvals approvals = new Approvals();
        Snapshots snapshots = new Snapshots(database, tables,
                new Snapshots.Shown(cards, warranties, approvals, clock), rules.pinTries());
        PinGuard pins = new PinGuard(tables.tallies(), vault, snapshots, rules.pinTries());
        Books books = new Books(log, seal.sum(), snapshots::allChanged);
        this.parts = new Parts(database, books, Ledger.start(database, books, rules.queue(), completions),
                clock, tables, vault, new Recorder(log), pins, snapshots,
                new Touches(database, rules.clock()), warranties, approvals);
        PeopleActions people = new PeopleActions(parts, keys.authority());
        StateListing listing = new StateListing(database, tables, cards, rules.pinTries());
        Administrator administrator = new Administrator(parts, people, listing);
        this.conclusions = new Conclusions(parts, administrator.cards());
        this.strangers = new Strangers(rules.strangersAMinute());
        this.gate = new Gate(parts, administrator, conclusions, strangers);
        this.directory = new Directory(parts, people, new Loads(snapshots, cards));
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
            return new Access(database, keys, rules, cards);
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
     * @throws RefusedException {@code STATE_UNTRUSTED} if the rules are not as the proxy left them; nothing is written
     *                          then, which would have the right key or row fit no more
     */
    public int recover() throws RefusedException {
        Instant now = parts.clock().instant();
        tellSecrets();
        parts.ledger().write(batch -> {
            parts.recorder().append(batch, new AuditEntry(now, AuditEntry.Happened.of("started")));
            return settling -> null;
        });
        int all = 0;
        for (int some = INTERRUPTED_AT_ONCE; some == INTERRUPTED_AT_ONCE; all += some) {
            some = parts.ledger().write(batch -> {
                int found = conclusions.interrupted(batch, now, INTERRUPTED_AT_ONCE);
                return settling -> found;
            });
        }
        return all;
    }

    /**
     * Has a store that does not tell yet which secrets it goes with tell that it goes with these.
     *
     * @throws RefusedException {@code STATE_UNTRUSTED} if the rules are not sound under them
     */
    public void tellSecrets() throws RefusedException {
        parts.ledger().write(batch -> {
            parts.books().check();
            secrets.forEach((which, secret) -> which.useFirst(batch.handle(), secret));
            return settling -> null;
        });
    }

    /** Changes a secret that is not in the store, in a store that nobody serves. */
    public Rekeying rekeying() {
        return new Rekeying(parts, seal);
    }

    /** Signs a head over all entries so far. */
    public void signHead() throws RefusedException {
        parts.ledger().write(batch -> settling -> {
            log.signHead(settling);
            return null;
        });
    }

    /**
     * Copies people, cards, delegations and the vault to a new file, as they stand at one moment, while requests go on.
     *
     * @return entries of the log at that moment
     */
    public long copyRules(Path file) throws RefusedException {
        return parts.database().copyRules(file, AuditLog::sizeOf);
    }

    /** Those who may be sent backups: owners who are not disabled. */
    public List<User> owners() throws RefusedException {
        Attempt<List<User>> all = parts.database().read(handle -> Attempt.to(() -> parts.tables().people().all(handle)));
        return all.get().stream().filter(user -> user.role() == Role.OWNER && !user.disabled()).toList();
    }

    /** Takes up a log that goes on beyond the rules of a backup, in a store that nobody else has open. */
    public Resumption resumption() {
        return new Resumption(parts, log);
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
        return parts.ledger().batches();
    }

    /** What waits is written first; then all entries are covered by a signed tree head. */
    @Override
    public void close() {
        Instant now = parts.clock().instant();
        long unlisted = strangers.takeUnlisted();
        parts.ledger().submit(batch -> {
            if (unlisted > 0) {
                parts.recorder().append(batch, new AuditEntry(now,
                        AuditEntry.Happened.of(unlisted + " refusals of strangers were only counted")));
            }
            return settling -> {
                log.signHead(settling);
                return null;
            };
        });
        parts.ledger().close();
        completions.shutdown();
        parts.database().close();
    }
}
