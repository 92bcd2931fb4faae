package org.remotepkcs11.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.remotepkcs11.testkit.SoftHsmToken;

/**
 * A proxy as a process of its own, over a SoftHSM token behind a module that stops in the middle of a signature while
 * its gate is shut; with an owner and a user who may use the token.
 */
final class GatedProxy implements AutoCloseable {
    static final String LABEL = "Gated token";

    private final Path folder;
    private final SoftHsmToken token;
    private final int port = freePort();
    private final Relay relay = new Relay(port);
    private final Console console = new Console();
    private Background process;

    GatedProxy(Path folder, SoftHsmToken token) throws IOException, InterruptedException {
        this.folder = folder;
        this.token = token;
        Path module = folder.resolve("gated.so");
        Program.of(Repository.ROOT, "gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", module.toString(),
                "cli/src/test/c/gated_module.c").succeed();
        console.succeed("proxy", "init", proxy(), "--port", port, "--name", "127.0.0.1", "--module", "gated=" + module);
        start();
        enrolAndDelegate();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    void start() throws IOException {
        Map<String, String> environment = Map.of("SOFTHSM2_CONF", token.environment().get("SOFTHSM2_CONF"),
                "GATED_MODULE", SoftHsmToken.module().toString(), "GATED_FIFO", gate().toString());
        process = Background.start(environment, "proxy", "serve", proxy().toString());
        relay.serverIsBack();
    }

    private void enrolAndDelegate() throws IOException {
        enrol("olivia", console.succeed("proxy", "invite", proxy(), "olivia").strip());
        Path cardPin = Files.writeString(folder.resolve("card.pin"), token.pin());
        console.succeed("card", "add", "gated:" + token.serial(), "--label", LABEL, "--card-pin", "file:" + cardPin,
                "--pin", "file:" + pin("olivia"), "--config", configuration("olivia"));
        enrol("ugo", console.succeed("invite", "ugo", "--config", configuration("olivia")).strip());
        console.succeed("delegate", LABEL, "ugo", "--pin", "file:" + pin("olivia"), "--user-pin", "file:" + pin("ugo"),
                "--config", configuration("olivia"));
    }

    private void enrol(String name, String code) throws IOException {
        console.succeed("enroll", "--proxy", "https://127.0.0.1:" + relay.port(), "--code", code, "--dir",
                folder.resolve(name));
        Files.writeString(pin(name), virtualPin(name));
    }

    private Path pin(String name) {
        return folder.resolve(name + ".pin");
    }

    static String virtualPin(String name) {
        return "virtual-pin-of-" + name + "-4711";
    }

    Path proxy() {
        return folder.resolve("proxy");
    }

    Path configuration(String name) {
        return folder.resolve(name).resolve("client.properties");
    }

    private Path gate() {
        return folder.resolve("gate");
    }

    void shutGate() throws IOException, InterruptedException {
        Program.of(folder, "mkfifo", gate().toString()).succeed();
    }

    /** Returns when the card is in the middle of a signature. */
    void awaitSigning() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(gate())) {
            reader.readLine();
        }
    }

    void openGate() throws IOException {
        Files.delete(gate());
    }

    long pid() {
        return process.pid();
    }

    /** What it wrote to standard error. */
    Path complaints() {
        return process.complaints();
    }

    void kill() throws InterruptedException {
        relay.serverIsAway();
        process.kill();
    }

    @Override
    public void close() throws InterruptedException, IOException {
        process.close();
        relay.close();
    }
}
