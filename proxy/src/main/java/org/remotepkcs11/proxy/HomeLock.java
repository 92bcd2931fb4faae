package org.remotepkcs11.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.remotepkcs11.wire.RefusedException;

/** Held by one process at a time in a home; the system takes it back however that process ends. */
final class HomeLock implements AutoCloseable {
    private static final Duration WAIT_FOR_SECRETS = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Of the one process that serves the home, or changes what must not change under one that serves. */
    static HomeLock serving(Path directory) throws RefusedException {
        return take(directory, "serving.lock", Duration.ZERO, "another process serves the proxy in " + directory);
    }

    /** Of whoever changes or copies the secrets that belong to the store: held for a moment, so others wait. */
    static HomeLock secrets(Path directory) throws RefusedException {
        return take(directory, "secrets.lock", WAIT_FOR_SECRETS,
                "another process changes or copies the keys of the proxy in " + directory + "; try again when it has ended");
    }

    private static HomeLock take(Path directory, String file, Duration wait, String taken) throws RefusedException {
        Path path = directory.resolve(file);
        FileChannel channel = null;
        boolean held = false;
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            held = await(channel, wait);
        } catch (IOException e) {
            throw PrivateDirectory.refused("cannot lock " + path + ": " + e.getMessage(), e);
        } finally {
            if (!held && channel != null) {
                new HomeLock(channel).close();
            }
        }
        if (!held) {
            throw PrivateDirectory.refused(taken, null);
        }
        return new HomeLock(channel);
    }

    private static boolean await(FileChannel channel, Duration wait) throws IOException {
        long limit = System.nanoTime() + wait.toNanos();
        while (!isMine(channel)) {
            if (System.nanoTime() >= limit) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }

    private static boolean isMine(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock could not be given back", e);
        }
    }
}
