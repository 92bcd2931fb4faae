package org.remotepkcs11.testkit.piv;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Makes connections within another process's network namespace: setns(2) moves one thread, and what that thread opens
 * stays where it was opened. The driver vpcd listens on all addresses, so it gets a network with nobody else in it.
 */
final class PrivateNetwork implements AutoCloseable {
    private static final int READ_ONLY = 0;
    private static final int NETWORK = 0x40000000;

    private final ExecutorService inside = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "private network");
        thread.setDaemon(true);
        return thread;
    });

    /** Until this was called nobody can connect. @param process whose namespace it is */
    void enter(long process) throws IOException {
        call(() -> {
            NativeLibrary libc = NativeLibrary.getProcess();
            int namespace = libc.getFunction("open").invokeInt(new Object[] {"/proc/" + process + "/ns/net", READ_ONLY});
            if (namespace < 0 || libc.getFunction("setns").invokeInt(new Object[] {namespace, NETWORK}) != 0) {
                throw new IOException("setns failed: errno " + Native.getLastError());
            }
            libc.getFunction("close").invokeInt(new Object[] {namespace});
            return null;
        });
    }

    Socket connect(int port) throws IOException {
        return call(() -> new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    }

    private <T> T call(Callable<T> work) throws IOException {
        try {
            return inside.submit(work).get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IOException("the network is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a connection was made", e);
        }
    }

    @Override
    public void close() {
        inside.shutdownNow();
    }
}
