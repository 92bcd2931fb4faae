package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the test programs of {@code src/test/c} with the module, each user's folder being a temporary one. */
final class NativeHost implements AutoCloseable {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final String CONFIGURATION =
            "door = in-process\nserver = %s/lib/server/libjvm.so\nclasses = %s\nlibraries = %s\nentry = %s\n";
    private static final String TOY = "#!/bin/sh\nexec '%s' -Xshare:auto -XX:TieredStopAtLevel=1 -cp '%s' %s\n";

    private final Path folder;
    private final HostBuild build;
    private final Path module;

    NativeHost(Path folder, HostBuild build) throws IOException {
        this(folder, build, TARGET.resolve(build.file("librpkcs11.so")));
    }

    private NativeHost(Path folder, HostBuild build, Path module) throws IOException {
        this.folder = folder;
        this.build = build;
        this.module = module;
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path program = folder.resolve("toy-agent");
        Files.writeString(program, TOY.formatted(java, System.getProperty("java.class.path"), ToyAgent.class.getName()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    Path socket() {
        return folder.resolve("run/agent.sock");
    }

    /**
     * With a module of its own, whose configuration leads into the host's own process.
     *
     * @param door class that opens the door there
     */
    static NativeHost inProcess(Path folder, HostBuild build, Class<?> door) throws IOException {
        Path module = Files.copy(TARGET.resolve(build.file("librpkcs11.so")), folder.resolve("librpkcs11.so"));
        Files.writeString(folder.resolve("librpkcs11.conf"), CONFIGURATION.formatted(System.getProperty("java.home"),
                System.getProperty("java.class.path"), TARGET.resolve(Path.of("in-process", System.getProperty("java.version"))), door.getName()));
        return new NativeHost(folder, build, module);
    }

    /** As installed: with the real door and the archive of its classes. */
    static NativeHost installed(Path folder) throws IOException {
        Path module = Files.copy(TARGET.resolve("librpkcs11.so"), folder.resolve("librpkcs11.so"));
        Path written = TARGET.resolve(Path.of("in-process", System.getProperty("java.version"), "conf"));
        Files.writeString(folder.resolve("librpkcs11.conf"), "door = in-process\n" + Files.readString(written));
        return new NativeHost(folder, HostBuild.PLAIN, module);
    }

    /** What the build made of {@code src/test/c}. */
    static Path file(String name) {
        return TARGET.resolve(name);
    }

    Path module() {
        return module;
    }

    Map<String, String> environment() {
        return Map.of("PATH", System.getenv("PATH"), "RPKCS11_AGENT", folder.resolve("toy-agent").toString(),
                "RPKCS11_SOCKET", socket().toString(), "RPKCS11_IDLE", "20",
                "XDG_STATE_HOME", folder.resolve("state").toString(), "HOST_SECRET", "not the agent's business",
                "VALGRIND_OPTS", "--errors-for-leak-kinds=definite");
    }

    /** The scenario ends well within two minutes; what the program wrote is the result. */
    String run(String scenario, Map<String, String> more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(build.wrapper());
        command.addAll(List.of(TARGET.resolve(build.file("host")).toString(), module().toString(), scenario));
        Path output = Files.createTempFile(folder, "host", ".out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment());
        builder.environment().putAll(more);
        Process host = builder.start();
        boolean ended = host.waitFor(2, TimeUnit.MINUTES);
        host.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).describedAs("%s ended; it said: %s", scenario, said).isTrue();
        assertThat(host.exitValue()).describedAs("%s said: %s\nand the log: %s", scenario, said, log("module.log")).isZero();
        return said;
    }

    String run(String scenario) throws IOException, InterruptedException {
        return run(scenario, Map.of());
    }

    /** An agent of its own, as the module would start it. */
    Process startAgent() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(folder.resolve("toy-agent").toString());
        builder.environment().putAll(environment());
        return builder.start();
    }

    /** {@code module.log} or {@code agent.log}; empty if there is none. */
    String log(String name) throws IOException {
        Path log = folder.resolve("state/rpkcs11").resolve(name);
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Ends the agent that has the socket's name, if there is one. */
    @Override
    public void close() throws IOException {
        if (Files.isSymbolicLink(socket())) {
            String own = Files.readSymbolicLink(socket()).toString();
            ProcessHandle.of(Long.parseLong(own.substring(own.lastIndexOf('.') + 1))).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
