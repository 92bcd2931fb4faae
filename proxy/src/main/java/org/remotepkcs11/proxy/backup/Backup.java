package org.remotepkcs11.proxy.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.audit.LogSegment;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * Ships a proxy's rules and log to the targets, beside the proxy's work. Each target has a file that remembers what
 * arrived there, so what failed is taken up where it stopped.
 */
public final class Backup {
    private static final long SEGMENT_BYTES = 4L << 20;
    private static final String LOCK = "backup.lock";
    /** Locks on files hold between processes only. */
    private static final Lock IN_THIS_PROCESS = new ReentrantLock();

    private final Source source;
    private final Path state;
    private final BackupSettings settings;
    private final List<BackupTarget> targets = new ArrayList<>();

    /** @param proxy whose store it is */
    public record Source(Id proxy, Access access, Sealings sealings, InstantSource clock) {
    }

    /** Made for each target, since owners come and go. */
    @FunctionalInterface
    public interface Sealings {
        Sealing sealing() throws RefusedException, IOException;
    }

    /** @param state an existing folder for what is remembered and for files that are under way */
    public Backup(Source source, Path state, BackupSettings settings) {
        this.source = source;
        this.state = state;
        this.settings = settings;
        settings.folder().ifPresent(folder -> targets.add(new FolderTarget(folder, settings.keep())));
        settings.mail().ifPresent(mail -> targets.add(new MailTarget(mail)));
    }

    /** What each target has. */
    public static Map<String, Shipped> shipped(Path state, BackupSettings settings) throws IOException {
        Map<String, Shipped> all = new LinkedHashMap<>();
        if (settings.folder().isPresent()) {
            all.put("folder", Shipped.read(file(state, "folder")));
        }
        if (settings.mail().isPresent()) {
            all.put("mail", Shipped.read(file(state, "mail")));
        }
        return all;
    }

    private static Path file(Path state, String target) {
        return state.resolve(target + ".properties");
    }

    /**
     * Ships what is due. Waits for others who do so.
     *
     * @param now      also rules that are not due yet
     * @param progress told in words what arrived
     * @return targets that failed, with the reason
     * @throws IOException if what was shipped cannot be remembered
     */
    public Map<String, String> run(boolean now, Consumer<String> progress) throws IOException {
        Map<String, String> failures = new LinkedHashMap<>();
        IN_THIS_PROCESS.lock();
        try (FileChannel channel = FileChannel.open(state.resolve(LOCK), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            channel.lock();
            for (BackupTarget target : targets) {
                ship(target, now, progress).ifPresent(reason -> failures.put(target.name(), reason));
            }
        } finally {
            IN_THIS_PROCESS.unlock();
        }
        return failures;
    }

    private Optional<String> ship(BackupTarget target, boolean now, Consumer<String> progress) throws IOException {
        Path file = file(state, target.name());
        Shipped shipped;
        try {
            shipped = Shipped.read(file);
        } catch (IOException e) {
            return Optional.of(reason(e));
        }
        try {
            Sealing sealing = source.sealings().sealing();
            String to = sealing.recipientsAt(target.place());
            if (!shipped.to().equals(to) || !target.holds(shipped.entries())) {
                shipped = shipped.anew(to);
            }
            source.access().signHead();
            if (now || rulesAreDue(shipped)) {
                Parcel rules = rules();
                deliver(target, sealing, rules, progress);
                shipped = shipped.withRules(rules.made());
                shipped.write(file);
            }
            source.access().signHead();
            for (Optional<Parcel> next = log(shipped.entries()); next.isPresent(); next = log(shipped.entries())) {
                deliver(target, sealing, next.get(), progress);
                shipped = shipped.withEntries(next.get().range().to());
                shipped.write(file);
            }
            return Optional.empty();
        } catch (IOException | RefusedException e) {
            shipped.failed(source.clock().instant(), reason(e)).write(file);
            return Optional.of(reason(e));
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private boolean rulesAreDue(Shipped shipped) {
        Duration period = settings.rules();
        return shipped.rules().map(last -> !source.clock().instant().isBefore(last.plus(period))).orElse(true);
    }

    private static void deliver(BackupTarget target, Sealing sealing, Parcel parcel, Consumer<String> progress)
            throws IOException {
        byte[] sealed = sealing.seal(parcel);
        target.deliver(parcel, sealed);
        progress.accept(target.name() + ": " + parcel.name() + ", " + sealed.length + " bytes");
    }

    private Parcel rules() throws IOException, RefusedException {
        Path copy = state.resolve("rules.db");
        Files.deleteIfExists(copy);
        try {
            Instant made = source.clock().instant();
            long size = source.access().copyRules(copy);
            return parcel(Parcel.Kind.RULES, made, new Parcel.Range(0, size), Files.readAllBytes(copy));
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private Optional<Parcel> log(long from) throws IOException, RefusedException {
        Optional<LogSegment> segment = source.access().log().reader().segment(from, SEGMENT_BYTES);
        return segment.isEmpty() ? Optional.empty() : Optional.of(parcel(Parcel.Kind.LOG, source.clock().instant(),
                new Parcel.Range(from, segment.get().to()), segment.get().text().getBytes(StandardCharsets.UTF_8)));
    }

    private Parcel parcel(Parcel.Kind kind, Instant made, Parcel.Range range, byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return new Parcel(kind, source.proxy(), source.access().log().verifierKey(), made, range, packed.toByteArray());
    }
}
