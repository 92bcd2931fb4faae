package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.access.Directory;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Users who wait for their snapshot to change; each waits without a thread. */
final class Watches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    private record Watch(String known, CompletableFuture<String> changed) {
        void end() {
            changed.complete(known);
        }
    }

    private final Directory directory;
    private final Executor executor;
    private final int perUser;
    private final Map<Id, Deque<Watch>> waiting = new ConcurrentHashMap<>();
    private final AutoCloseable listening;
    private volatile boolean closed;

    /**
     * @param executor looks for news, which may read the store, and answers those who waited
     * @param perUser  more than so many end the oldest
     */
    Watches(Directory directory, Executor executor, int perUser) {
        this.directory = directory;
        this.executor = executor;
        this.perUser = perUser;
        this.listening = directory.onChange(this::changed);
    }

    private void changed(Optional<Id> whose) {
        try {
            executor.execute(() -> look(whose));
        } catch (RejectedExecutionException e) {
            LOG.debug("the service is stopping, and with it all watches");
        }
    }

    /**
     * The snapshot's version once it is another than the known one, or the known one when patience ends. May be
     * cancelled.
     *
     * @param user fingerprint of the key
     */
    CompletableFuture<String> changed(Id user, String known, Duration patience) {
        Watch watch = new Watch(known, new CompletableFuture<>());
        add(user, watch);
        watch.changed().whenComplete((changed, failure) -> remove(user, watch));
        look(user);
        if (closed) {
            watch.end();
        }
        return watch.changed().completeOnTimeout(known, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void add(Id user, Watch watch) {
        Watch[] oldest = new Watch[1];
        waiting.compute(user, (who, theirs) -> {
            Deque<Watch> all = theirs == null ? new ArrayDeque<>() : theirs;
            oldest[0] = all.size() >= perUser ? all.pollFirst() : null;
            all.addLast(watch);
            return all;
        });
        if (oldest[0] != null) {
            oldest[0].end();
        }
    }

    private void remove(Id user, Watch watch) {
        waiting.computeIfPresent(user, (who, theirs) -> {
            theirs.remove(watch);
            return theirs.isEmpty() ? null : theirs;
        });
    }

    private void look(Optional<Id> whose) {
        whose.ifPresentOrElse(this::look, () -> List.copyOf(waiting.keySet()).forEach(this::look));
    }

    private void look(Id user) {
        List<Watch> theirs = of(user);
        if (theirs.isEmpty()) {
            return;
        }
        try {
            String version = directory.snapshot(user).version();
            theirs.stream().filter(watch -> !watch.known().equals(version))
                    .forEach(watch -> watch.changed().complete(version));
        } catch (RefusedException e) {
            LOG.error("it cannot be seen whether the snapshot of {} changed", user, e);
        }
    }

    private List<Watch> of(Id user) {
        List<Watch> theirs = new ArrayList<>();
        waiting.computeIfPresent(user, (who, all) -> {
            theirs.addAll(all);
            return all;
        });
        return theirs;
    }

    int size() {
        return waiting.values().stream().mapToInt(Deque::size).sum();
    }

    /** Ends all waiting: nothing changed. */
    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
        } catch (Exception e) {
            // AutoCloseable declares Exception; taking a listener off a list throws none
            LOG.error("a listener could not be taken away", e);
        }
        List.copyOf(waiting.keySet()).forEach(user -> of(user).forEach(watch -> watch.end()));
    }
}
