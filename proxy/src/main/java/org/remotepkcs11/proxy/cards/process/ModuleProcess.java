package org.remotepkcs11.proxy.cards.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One process of a module, from its start to its end, as the proxy holds it. */
final class ModuleProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleProcess.class);
    private static final Duration START = Duration.ofSeconds(30);
    private static final int MAX_LINE = 500;
    private static final String NOT_NEEDED = "is not needed any more";
    private static final List<String> JAVA = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx48m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
            "-XX:ReservedCodeCacheSize=16m", "--enable-native-access=ALL-UNNAMED", "-cp",
            System.getProperty("java.class.path"), ModuleHost.class.getName());

    private final String name;
    private final Process process;
    private final FrameChannel channel;
    private final Consumer<ModuleMessage> news;
    private final AtomicLong calls = new AtomicLong();
    private final Map<Long, CompletableFuture<ModuleMessage.Answer>> open = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile String why;

    private ModuleProcess(String name, Process process, FrameChannel channel, Consumer<ModuleMessage> news) {
        this.name = name;
        this.process = process;
        this.channel = channel;
        this.news = news;
    }

    /** What a process is started as. */
    record Order(String name, ModuleEnvironment environment, ModuleMessage.Begin begin) {
    }

    /**
     * Returns when the module is loaded.
     *
     * @throws IOException if the process does not start, or the module cannot be loaded
     */
    static ModuleProcess start(Order order, Consumer<ModuleMessage> news) throws IOException {
        Path folder = Files.createTempDirectory("module");
        Path address = folder.resolve("s");
        Process process = null;
        try (ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.bind(UnixDomainSocketAddress.of(address));
            List<String> words = new ArrayList<>(JAVA);
            words.add(address.toString());
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            order.environment().applyTo(builder.environment());
            process = builder.start();
            process.getOutputStream().close();
            FrameChannel channel = new FrameChannel(accept(door, process));
            ModuleProcess started = new ModuleProcess(order.name(), process, channel, news);
            try {
                started.run(order.begin());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return started;
        } catch (IOException e) {
            if (process != null) {
                process.destroyForcibly();
            }
            throw e;
        } finally {
            Files.deleteIfExists(address);
            Files.deleteIfExists(folder);
        }
    }

    private static SocketChannel accept(ServerSocketChannel door, Process process) throws IOException {
        door.configureBlocking(false);
        long limit = System.nanoTime() + START.toNanos();
        while (true) {
            SocketChannel socket = door.accept();
            if (socket != null) {
                socket.configureBlocking(true);
                return socket;
            }
            if (!process.isAlive() || System.nanoTime() > limit) {
                throw new IOException("a module's process did not start: "
                        + new String(process.getInputStream().readNBytes(process.isAlive() ? 0 : MAX_LINE), StandardCharsets.UTF_8));
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void run(ModuleMessage.Begin begin) throws IOException {
        daemon("printed by " + name, this::log);
        CompletableFuture<Void> begun = new CompletableFuture<Void>().orTimeout(START.toSeconds(), TimeUnit.SECONDS);
        begun.exceptionally(late -> {
            end("did not load its module in " + START.toSeconds() + " s");
            return null;
        });
        channel.write(begin);
        ModuleMessage first = channel.read();
        begun.complete(null);
        if (first instanceof ModuleMessage.Refused refused) {
            throw new IOException(refused.detail());
        }
        daemon("module " + name, this::listen);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void log() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.info("{}: {}", name, line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line);
            }
        } catch (IOException e) {
            LOG.debug("{} prints no more", name, e);
        }
    }

    private void listen() {
        try {
            while (true) {
                ModuleMessage message = channel.read();
                if (message instanceof ModuleMessage.Answer answer) {
                    CompletableFuture<ModuleMessage.Answer> asked = open.remove(answer.call());
                    if (asked != null) {
                        asked.complete(answer);
                    }
                } else {
                    news.accept(message);
                }
            }
        } catch (IOException e) {
            end(why == null ? "ended" : why);
        } catch (RuntimeException e) {
            // a defect of ours: the process is started anew, and nobody waits for this one
            LOG.error("what the process of {} said could not be used", name, e);
            end("was given up");
        }
        RefusedException failure = gone();
        ended.complete(null);
        open.values().forEach(asked -> asked.completeExceptionally(failure));
    }

    private RefusedException gone() {
        String status = "";
        try {
            status = process.waitFor(5, TimeUnit.SECONDS) ? " (status " + process.exitValue() + ")" : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.atLevel(why.equals(NOT_NEEDED) ? Level.DEBUG : Level.WARN).log("the process of {} {}{}", name, why, status);
        return new RefusedException(ErrorCode.CARD_FAILED, "the process of " + name + " " + why + status
                + "; it is started again");
    }

    /** @return fails with {@link RefusedException} CARD_FAILED when the process ends before it answers */
    CompletableFuture<ModuleMessage.Answer> call(LongFunction<ModuleMessage> numbered) {
        long call = calls.incrementAndGet();
        CompletableFuture<ModuleMessage.Answer> asked = new CompletableFuture<>();
        open.put(call, asked);
        try {
            channel.write(numbered.apply(call));
        } catch (IOException e) {
            end("does not listen");
        }
        if (ended.isDone() && open.remove(call) != null) {
            asked.completeExceptionally(new RefusedException(ErrorCode.CARD_FAILED,
                    "the process of " + name + " ended; it is started again"));
        }
        return asked;
    }

    /** Done when the process no longer serves. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** @param reason completes "the process …" */
    void end(String reason) {
        if (why == null) {
            why = reason;
        }
        process.destroyForcibly();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("the socket of {} was closed already", name, e);
        }
    }

    @Override
    public void close() {
        end(NOT_NEEDED);
    }
}
