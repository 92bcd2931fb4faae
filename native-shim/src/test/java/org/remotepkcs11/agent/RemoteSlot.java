package org.remotepkcs11.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.pkcs11.Host;
import org.remotepkcs11.pkcs11.RemoteApplications;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.RefusedException;

/** A SoftHSM token behind a proxy, and an agent in this process that shows it to native programs. */
final class RemoteSlot implements AutoCloseable {
    private static final Path MODULE = Path.of("target/librpkcs11.so").toAbsolutePath();
    private static final Path P11_KIT_CLIENT = Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so");

    private final Path folder;
    private final SoftHsmToken token;
    private final TestProxy proxy;
    private final RemoteApplications applications = new RemoteApplications();
    private final RemoteClient client;
    private final Agent agent;

    private RemoteSlot(Path folder, SoftHsmToken token, TestProxy proxy) throws IOException, RefusedException {
        this.folder = folder;
        this.token = token;
        this.proxy = proxy;
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
        AgentOptions options = AgentOptions.of(Map.of("RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString()))
                .withP11KitSocket(folder.resolve("p11-kit.sock"));
        agent = Agent.start(options, host -> applications.open(new Host(host.program(),
                host.process(), Optional.of(proxy.configuration()), host.token(), host.terminal()))).orElseThrow();
    }

    static RemoteSlot open(Path folder, SoftHsmKey... keys) throws IOException, GeneralSecurityException, RefusedException {
        SoftHsmToken token = SoftHsmToken.create("Remote", keys);
        return new RemoteSlot(folder, token, TestProxy.builder().token(token).start());
    }

    SoftHsmToken token() {
        return token;
    }

    TestProxy proxy() {
        return proxy;
    }

    /** How many requests were sent to the proxy so far. */
    long requests() {
        return client.requests();
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** What a program needs in order to see this slot and nothing else of this user's. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", folder.toString(), "XDG_STATE_HOME", folder.toString()));
        environment.put("RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString());
        environment.put("RPKCS11_CONFIG", proxy.configuration().toString());
        environment.put("P11_KIT_SERVER_ADDRESS", "unix:path=" + folder.resolve("p11-kit.sock"));
        environment.put("PIN", proxy.virtualPin());
        return environment;
    }

    Command command(String... words) {
        return Command.of(words).inEnvironment(environment());
    }

    /** {@code pkcs11-tool} over our module, not logged in. */
    Command tool() {
        return command("pkcs11-tool", "--module", MODULE.toString());
    }

    /** {@code pkcs11-tool} over p11-kit's own client module. */
    Command toolOverP11Kit() {
        return command("pkcs11-tool", "--module", P11_KIT_CLIENT.toString());
    }

    /** The token's certificate as a file that openssl reads. */
    Path certificate(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Path file = folder.resolve(key.label() + ".der");
        return Files.exists(file) ? file : Files.write(file, token.certificate(key).getEncoded());
    }

    @Override
    public void close() {
        agent.close();
        client.close();
        applications.close();
        proxy.close();
        token.close();
    }
}
