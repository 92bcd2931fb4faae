package org.remotepkcs11.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.ProxyServer;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditReader;
import org.remotepkcs11.proxy.audit.UnreadableEntryException;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.testkit.TestProxyBuilder.CardPlan;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/**
 * A whole proxy in this process, on a free port of this machine alone, with an owner, a user and a card that is
 * delegated to the user: everything went the way that people go, over HTTPS. For tests of whatever uses remote cards:
 *
 * <pre>{@code
 * try (TestProxy proxy = TestProxy.start()) {
 *     Provider provider = Security.getProvider("RemotePKCS11").configure(proxy.configuration().toString());
 *     KeyStore keys = KeyStore.getInstance("RemotePKCS11", provider);
 *     keys.load(null, proxy.virtualPin().toCharArray());
 * }
 * }</pre>
 */
public final class TestProxy implements AutoCloseable {
    static final Duration CODE_VALID = Duration.ofMinutes(10);
    private static final String OWNER = "olivia";

    private final Path folder;
    private final Supplier<CardReader> softwareReader;
    private final TestClock clock = new TestClock();
    private final String ownerPin = randomPin();
    private final Map<String, Id> cards = new LinkedHashMap<>();
    private final Map<String, Id> delegations = new LinkedHashMap<>();
    private final List<WireClient> clients = new ArrayList<>();
    private ProxyServer server;
    private TestUser owner;
    private TestUser user;
    private TestOwner acting;
    private String virtualPin;

    TestProxy(Path folder, Supplier<CardReader> softwareReader) {
        this.folder = folder;
        this.softwareReader = softwareReader;
    }

    public static TestProxyBuilder builder() {
        return new TestProxyBuilder();
    }

    /** With all that {@link TestProxyBuilder} does without a word. */
    public static TestProxy start() throws IOException, GeneralSecurityException, RefusedException {
        return builder().start();
    }

    /** Who is to use what. */
    record Delegating(List<CardPlan> cards, boolean joined, String user, UserKey key, Limits limits,
                      String virtualPin) {
    }

    void begin(Delegating plan) throws IOException, GeneralSecurityException, RefusedException {
        serve(OptionalInt.empty());
        virtualPin = plan.virtualPin();
        owner = enroll(server.home().invite(OWNER, Role.OWNER, CODE_VALID), UserKey.P_256, OWNER);
        acting = new TestOwner(client(owner), ownerPin.toCharArray());
        user = enroll(acting.invite(plan.user(), Role.USER), plan.key(), plan.user());
        List<CardSource> sources = acting.state().sources();
        for (CardPlan card : plan.cards()) {
            CardSource source = sources.stream().filter(there -> there.label().equals(card.label())).findFirst()
                    .orElseThrow(() -> new IOException("the proxy sees no token " + card.label() + " but " + sources));
            if (plan.joined() && !cards.isEmpty()) {
                acting.joinCard(card(), source.source(), card.pin());
                continue;
            }
            Id id = acting.addCard(card.label(), source.source(), card.pin());
            cards.put(card.label(), id);
            delegations.put(card.label(), acting.delegate(id, user.name(), plan.limits(), virtualPin));
        }
        for (TestUser person : List.of(owner, user)) {
            Files.writeString(person.configuration(), "token=" + token() + "\n", StandardOpenOption.APPEND);
        }
    }

    private void serve(OptionalInt port) throws RefusedException {
        ProxyServer.Surroundings around = new ProxyServer.Surroundings(clock, List.of(softwareReader.get()), port);
        server = ProxyServer.start(ProxyHome.open(folder.resolve("proxy")), around);
    }

    private TestUser enroll(String code, UserKey key, String name)
            throws RefusedException, IOException, GeneralSecurityException {
        return new Enrolling(url()).enroll(code, key, folder.resolve(name));
    }

    /** Enrols one more user, who may use nothing yet. */
    public TestUser enroll(String name, UserKey key) throws RefusedException, IOException, GeneralSecurityException {
        return enroll(acting.invite(name, Role.USER), key, name);
    }

    /** {@code https://127.0.0.1:port}; the same after {@link #restart}. */
    public URI url() {
        return server.url();
    }

    /** The user's {@code client.properties}: what {@code RPKCS11_CONFIG} and {@code -providerArg} name. */
    public Path configuration() {
        return user.configuration();
    }

    /** The owner's {@code client.properties}. */
    public Path ownerConfiguration() {
        return owner.configuration();
    }

    /** Label of the first remote card. */
    public String token() {
        return cards.keySet().iterator().next();
    }

    /** Of the user, for every card. */
    public String virtualPin() {
        return virtualPin;
    }

    /** Of the owner, for every card. */
    public String ownerPin() {
        return ownerPin;
    }

    public TestUser user() {
        return user;
    }

    /** The first remote card. */
    public Id card() {
        return card(token());
    }

    public Id card(String label) {
        return cards.get(label);
    }

    /** Of the first remote card to the user. */
    public Id delegation() {
        return delegations.get(token());
    }

    TestUser ownerAsUser() {
        return owner;
    }

    /** To give and take rights. */
    public TestOwner owner() {
        return acting;
    }

    /** Everything of this proxy and its users. */
    public Path folder() {
        return folder;
    }

    public ProxyServer server() {
        return server;
    }

    /** Takes the first card away from the user. */
    public void revoke() throws RefusedException {
        acting.revoke(delegation());
    }

    /** For the proxy alone time goes on by so much; TLS certificates are checked by the client's clock. */
    public void moveClock(Duration by) {
        clock.move(by);
    }

    /** Stops the proxy and starts it again on the same port. */
    public void restart() throws RefusedException {
        int port = server.port();
        server.close();
        serve(OptionalInt.of(port));
    }

    /**
     * Stops the proxy and starts, on the same port, the one in another directory, which takes the place of its own;
     * its software cards stay.
     */
    public void exchangeHome(Path other) throws IOException, RefusedException {
        int port = server.port();
        server.close();
        Path home = folder.resolve("proxy");
        Path before = folder.resolve("proxy-" + System.nanoTime());
        Files.move(home, before);
        Files.move(other, home);
        serve(OptionalInt.of(port));
    }

    /** Speaks the protocol as this user; closed with the proxy. */
    public WireClient client(TestUser as) throws IOException, GeneralSecurityException {
        WireClient client = WireClient.of(wire(), as.keys(), as.chain());
        clients.add(client);
        return client;
    }

    WireClient.Proxy wire() {
        return new WireClient.Proxy(url(), server.home().authorityCertificate(), server.home().replyCertificate());
    }

    /** The audit log from the first entry to the last. */
    public List<AuditEntry> log() throws RefusedException, UnreadableEntryException {
        AuditReader reader = server.log();
        List<AuditEntry> entries = new ArrayList<>();
        for (long index = 0; index < reader.size(); index++) {
            entries.add(reader.entry(index).orElseThrow());
        }
        return entries;
    }

    private static String randomPin() {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        return "owner-" + HexFormat.of().formatHex(random);
    }

    /** Stops the proxy and removes its folder. */
    @Override
    public void close() {
        if (acting != null) {
            acting.close();
        }
        clients.forEach(WireClient::close);
        if (server != null) {
            server.close();
        }
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the test proxy's folder could not be removed", e);
        }
    }
}
