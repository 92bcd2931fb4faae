package org.remotepkcs11.testkit.piv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.testkit.Folders;

/**
 * A {@code pcscd} of one's own with virtual readers. It runs in mount and network namespaces of its own, so that it
 * does not meet the machine's and nobody meets it: its socket is in a private folder, and programs find it by
 * {@link #environment}. Needs root, and the Debian packages pcscd, vsmartcard-vpcd and iproute2.
 */
public final class PcscDaemon implements AutoCloseable {
    /** pcscd knows no more. */
    public static final int MOST_READERS = 16;
    private static final Path DRIVER = Path.of("/usr/lib/pcsc/drivers/serial/libifdvpcd.so");
    private static final int SLOTS_A_DRIVER = 2;
    private static final int FIRST_PORT = 20_000;
    private static final String SOCKET = "pcscd.comm";
    /** As docs/cards.md says, or four readers are seen and each program waits for cards in others' readers. */
    private static final String OPENSC = """
            app opensc-pkcs11 {
                pkcs11 { max_virtual_slots = %d; slots_per_card = 1; init_sloppy = false; }
            }
            """.formatted(MOST_READERS);
    private static final String START = "ip link set lo up && mkdir -p /run/pcscd && mount --bind \"$1\" /run/pcscd"
            + " && exec pcscd --foreground --config \"$2\"";

    private final Path folder;
    private final PrivateNetwork network = new PrivateNetwork();
    private final List<VirtualReader> readers = new ArrayList<>();
    private Process process;

    private PcscDaemon(Path folder) {
        this.folder = folder;
    }

    /**
     * @param count of empty readers, 1 to 16; an odd one is rounded up
     * @throws IOException if a package is missing or the daemon does not start; says what it printed
     */
    public static PcscDaemon withReaders(int count) throws IOException {
        if (count < 1 || count > MOST_READERS) {
            throw new IllegalArgumentException("1 to " + MOST_READERS + " readers");
        }
        if (!Files.exists(DRIVER)) {
            throw new IOException(DRIVER + " is missing: apt-get install pcscd vsmartcard-vpcd iproute2");
        }
        PcscDaemon daemon = new PcscDaemon(Files.createTempDirectory("pcscd"));
        daemon.configure(count);
        daemon.start();
        return daemon;
    }

    private void configure(int count) throws IOException {
        Files.createDirectories(run());
        StringBuilder configuration = new StringBuilder();
        for (int driver = 0; readers.size() < count; driver++) {
            String name = "Card box " + (char) ('A' + driver);
            int port = FIRST_PORT + SLOTS_A_DRIVER * driver;
            // A driver keeps its slots in static memory; a copy under another name has its own.
            Path copy = Files.copy(DRIVER, folder.resolve("libifdvpcd" + driver + ".so"));
            configuration.append(String.format("FRIENDLYNAME \"%s\"%nDEVICENAME /dev/null:%d%nLIBPATH %s%n"
                    + "CHANNELID %d%n%n", name, port, copy, port));
            for (int slot = 0; slot < SLOTS_A_DRIVER; slot++) {
                readers.add(new VirtualReader(name + " 00 0" + slot, network, port + slot));
            }
        }
        Files.writeString(Files.createDirectories(folder.resolve("readers")).resolve("vpcd"), configuration);
        Files.writeString(openSc(), OPENSC);
    }

    private Path run() {
        return folder.resolve("run");
    }

    private Path openSc() {
        return folder.resolve("opensc.conf");
    }

    /** In the order of their names. */
    public VirtualReader reader(int index) {
        return readers.get(index);
    }

    /** What a program must have in its environment to meet this daemon, and OpenSC to see all readers. */
    public Map<String, String> environment() {
        return Map.of("PCSCLITE_CSOCK_NAME", run().resolve(SOCKET).toString(), "OPENSC_CONF", openSc().toString());
    }

    /** Nothing happens if it runs. */
    public synchronized void start() throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        Files.deleteIfExists(run().resolve(SOCKET));
        Files.deleteIfExists(run().resolve("pcscd.pid"));
        Path log = folder.resolve("log");
        process = new ProcessBuilder("unshare", "-m", "-n", "sh", "-c", START, "pcscd", run().toString(),
                folder.resolve("readers").toString()).redirectErrorStream(true).redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile()).start();
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(run().resolve(SOCKET))) {
            if (!process.isAlive() || System.nanoTime() > limit) {
                throw new IOException("pcscd does not start: " + Files.readString(log));
            }
            pause();
        }
        network.enter(process.pid());
    }

    /** As when it crashes: no program is told. */
    public synchronized void kill() {
        process.destroyForcibly();
        waitForEnd();
    }

    public synchronized void stop() {
        process.destroy();
        waitForEnd();
    }

    private void waitForEnd() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        readers.forEach(VirtualReader::close);
        network.close();
        Folders.delete(folder);
    }
}
