package org.remotepkcs11.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.remotepkcs11.wire.RefusedException;

/** Held by the one process that serves a home; the system takes it back however that process ends. */
final class ServingLock implements AutoCloseable {
    private static final String FILE = "serving.lock";

    private final FileChannel channel;

    private ServingLock(FileChannel channel) {
        this.channel = channel;
    }

    static ServingLock take(Path directory) throws RefusedException {
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // held by this very process: told below, like one held by another
        } catch (IOException e) {
            throw PrivateDirectory.refused("cannot lock " + directory.resolve(FILE) + ": " + e.getMessage(), e);
        }
        ServingLock taken = new ServingLock(channel);
        if (lock == null) {
            taken.close();
            throw PrivateDirectory.refused("another process serves the proxy in " + directory, null);
        }
        return taken;
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
