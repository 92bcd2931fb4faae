package org.remotepkcs11.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.remotepkcs11.agent.Agent;
import org.remotepkcs11.agent.AgentOptions;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.pkcs11.RemoteApplications;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.UnreadableEntryException;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.KeptRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** A user's machine: the module, a warm agent, and behind them a proxy with two SoftHSM2 tokens. */
final class Desk implements AutoCloseable {
    static final String TOKEN = "Tools";
    /** Has the Ed25519 key apart: libp11 0.4 uses no key of a token that has one. */
    static final String MODERN_TOKEN = "Modern";

    private final Path folder = Files.createTempDirectory("desk");
    private final Path module = Path.of("target/librpkcs11.so").toAbsolutePath();
    private final SoftHsmToken token;
    private final SoftHsmToken modern;
    private final TestProxy proxy;
    private final RemoteApplications applications = new RemoteApplications();
    private final Agent agent;
    private final RemoteClient client;

    Desk() throws IOException, GeneralSecurityException, RefusedException {
        if (!Files.exists(module)) {
            throw new IOException("no " + module + ": it is made by the Maven build");
        }
        token = SoftHsmToken.create(TOKEN, SoftHsmKey.RSA_2048, SoftHsmKey.P_256, SoftHsmKey.P_384,
                SoftHsmKey.RSA_ALWAYS_AUTHENTICATE);
        modern = SoftHsmToken.create(MODERN_TOKEN, SoftHsmKey.ED25519);
        proxy = TestProxy.builder().token(token).token(modern).start();
        agent = Agent.start(AgentOptions.of(Map.of()).withSocket(folder.resolve("agent/socket"))
                .withIdle(Duration.ofHours(1)), applications).orElseThrow();
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
        client.snapshot();
    }

    TestProxy proxy() {
        return proxy;
    }

    Path module() {
        return module;
    }

    String pin() {
        return proxy.virtualPin();
    }

    PublicKey publicKey(SoftHsmKey key) throws IOException, GeneralSecurityException {
        return (key == SoftHsmKey.ED25519 ? modern : token).publicKey(key);
    }

    SoftHsmToken token() {
        return token;
    }

    /** In this desk's folder. */
    Path file(String name) {
        return folder.resolve(name);
    }

    Path file(String name, byte[] content) throws IOException {
        return Files.write(file(name), content);
    }

    /** A program in an environment that leads the module to this desk's agent. */
    Command command(String... words) {
        return Command.of(words).inEnvironment(Map.of("RPKCS11_SOCKET", folder.resolve("agent/socket").toString(),
                "RPKCS11_CONFIG", proxy.configuration().toString(), "TOKEN_PIN", pin(),
                "XDG_STATE_HOME", folder.toString()));
    }

    /** {@code pkcs11-tool} on the first remote card, logged in. */
    Command pkcs11Tool(String... words) {
        return pkcs11ToolOn(TOKEN).with(words);
    }

    Command pkcs11ToolOn(String label) {
        return command("pkcs11-tool", "--module", module.toString(), "--token-label", label, "--login", "--pin",
                "env:TOKEN_PIN");
    }

    /** Entries of the proxy's log so far. */
    long logSize() throws RefusedException {
        return proxy.server().log().size();
    }

    /** What was done with which key, as the proxy's log tells from this entry on: {@code P_256 sign; …}. */
    String usesSince(long first) throws RefusedException, UnreadableEntryException {
        Map<String, String> names = new HashMap<>();
        client.snapshot().cards().forEach(card -> card.keys()
                .forEach(key -> names.put(key.fingerprint().toString(), key.label())));
        Map<String, Set<String>> uses = new TreeMap<>();
        for (long index = first; index < logSize(); index++) {
            AuditEntry entry = proxy.server().log().entry(index).orElseThrow();
            if (entry.matter() instanceof AuditEntry.Intent intent
                    && KeptRequest.decode(intent.evidence().body()).request() instanceof Request.Use use) {
                use.operations().forEach(operation -> uses
                        .computeIfAbsent(names.get(operation.key().toString()), key -> new TreeSet<>())
                        .add(operation.kind().name().toLowerCase(Locale.ROOT)));
            }
        }
        return uses.entrySet().stream().map(use -> use.getKey() + ": " + String.join(", ", use.getValue()))
                .collect(Collectors.joining("; "));
    }

    /** Requests of the agent to the proxy, all together. */
    long requests() {
        return client.requests();
    }

    @Override
    public void close() throws Exception {
        agent.close();
        client.close();
        applications.close();
        proxy.close();
        modern.close();
        token.close();
    }
}
