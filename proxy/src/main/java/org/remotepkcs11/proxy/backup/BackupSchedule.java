package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ships while the proxy runs. What failed is tried again the next time. */
public final class BackupSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);
    private static final int CLOSING_SECONDS = 60;

    private final Making making;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "backup");
        made.setDaemon(true);
        return made;
    });

    private BackupSchedule(Making making) {
        this.making = making;
    }

    /** Made each time, since owners come and go. */
    @FunctionalInterface
    public interface Making {
        Backup backup() throws RefusedException, IOException;
    }

    /** @param every between looks whether something is due */
    public static BackupSchedule start(Making making, Duration every) {
        BackupSchedule schedule = new BackupSchedule(making);
        schedule.thread.scheduleWithFixedDelay(schedule::ship, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        return schedule;
    }

    private void ship() {
        try {
            Map<String, String> failures = making.backup().run(false, LOG::info);
            failures.forEach((target, reason) -> LOG.error("no backup by {}: {}", target, reason));
        } catch (RefusedException e) {
            LOG.error("no backup: {}", e.refusal().detail());
        } catch (IOException e) {
            LOG.error("no backup: {}", e.getMessage());
        } catch (RuntimeException defect) {
            // an exception would end the schedule
            LOG.error("no backup", defect);
        }
    }

    /** What is under way is ended first. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
