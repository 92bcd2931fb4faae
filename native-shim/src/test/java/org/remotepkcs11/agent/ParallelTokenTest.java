package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.pkcs11.Host;
import org.remotepkcs11.pkcs11.RemoteApplications;
import org.remotepkcs11.pkcs11.application.Application;
import org.remotepkcs11.pkcs11.application.Inventory;
import org.remotepkcs11.pkcs11.application.PinEntry;
import org.remotepkcs11.pkcs11.application.RemoteCards;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestProxyBuilder;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.ProxyState.CardMember;

/** A SoftHSM token and a software card with different keys behind one remote card, as native programs see them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ParallelTokenTest {
    private static final String MODULE = Path.of("target/librpkcs11.so").toAbsolutePath().toString();
    private static final byte[] DATA = "what is signed".getBytes();

    @TempDir
    private static Path folder;
    private static final RemoteApplications APPLICATIONS = new RemoteApplications();
    private static SoftHsmToken token;
    private static TestProxy proxy;
    private static RemoteClient client;
    private static Agent agent;

    @BeforeAll
    static void open() throws Exception {
        token = SoftHsmToken.create("Seal", SoftHsmKey.P_256);
        proxy = TestProxy.builder().token(token).softwareCard("Other", SoftwareKeyType.P_256).joined().start();
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
        agent = Agent.start(AgentOptions.of(Map.of("RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString())),
                host -> APPLICATIONS.open(new Host(host.program(), host.process(), Optional.of(proxy.configuration()),
                        host.token(), host.terminal()))).orElseThrow();
    }

    @AfterAll
    static void close() {
        agent.close();
        APPLICATIONS.close();
        client.close();
        proxy.close();
        token.close();
    }

    private static byte[] signed() throws IOException {
        Path data = Files.write(folder.resolve("data"), DATA);
        Path signature = folder.resolve("signature");
        Command.of("pkcs11-tool", "--module", MODULE, "--login", "--pin", proxy.virtualPin(), "--sign", "--label", "p-256",
                "--mechanism", "ECDSA-SHA256", "--signature-format", "openssl", "--input-file", data.toString(),
                "--output-file", signature.toString()).inEnvironment(Map.of("HOME", folder.toString(), "XDG_STATE_HOME",
                folder.toString(), "RPKCS11_SOCKET", folder.resolve("agent/agent.sock").toString())).run();
        return Files.readAllBytes(signature);
    }

    /** By which of the keys it was made. */
    private static List<KeySet> makers(byte[] signature) throws Exception {
        return client.snapshot().cards().get(0).keySets().stream().filter(set -> verifies(set, signature)).toList();
    }

    private static boolean verifies(KeySet set, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(set.keys().get(0).publicKey())));
            verifier.update(DATA);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(1)
    void eachRunOfPkcs11ToolIsShownOneCardAndTheNextRunAnother() throws Exception {
        List<KeySet> first = makers(signed());
        long before = client.requests();
        List<KeySet> second = makers(signed());
        assertThat(client.requests() - before).isLessThanOrEqualTo(2);
        assertThat(first).hasSize(1);
        assertThat(second).hasSize(1);
        assertThat(first.get(0).id()).isNotEqualTo(second.get(0).id());
    }

    /** One program, with a session. */
    private static final class Program implements AutoCloseable {
        private final Application application;
        private final long slot;
        private final long session;

        Program(Inventory inventory) {
            application = new Application(inventory, Optional.empty(), PinEntry.NONE);
            slot = application.slots().list(true, true)[0];
            session = application.sessions().open(slot, CKF.SERIAL_SESSION);
        }

        /** Of all certificates that the program sees. */
        Set<String> certificates() {
            application.objects().findInit(session, Template.of(Attribute.ofUlong(CKA.CLASS, CKO.CERTIFICATE)));
            long[] found = application.objects().find(session, 100);
            application.objects().findFinal(session);
            return Arrays.stream(found).mapToObj(this::value).collect(Collectors.toSet());
        }

        private String value(long object) {
            return HexFormat.of().formatHex(application.objects().attributes(session, object,
                    List.of(new AttributeQuery(CKA.VALUE, Room.of(100_000)))).values().get(0).value().orElseThrow());
        }

        @Override
        public void close() {
            application.close();
        }
    }

    /** Also where one card is left, so that there is nothing to choose any more. */
    @Test
    @Order(2)
    void programWhoseCardLeavesSeesTheTokenGo() throws Exception {
        String source = proxy.owner().state().cards().get(0).members().stream().map(CardMember::source)
                .filter(one -> one.startsWith("software:")).findFirst().orElseThrow();
        try (Inventory inventory = new Inventory(new RemoteCards(client)); Program one = new Program(inventory);
                Program two = new Program(inventory)) {
            String onToken = HexFormat.of().formatHex(token.certificate(SoftHsmKey.P_256).getEncoded());
            boolean oneLives = one.certificates().contains(onToken);
            assertThat(two.certificates().contains(onToken)).isEqualTo(!oneLives);
            Program leaving = oneLives ? two : one;
            CompletableFuture<Long> event =
                    CompletableFuture.supplyAsync(() -> leaving.application.slots().waitForEvent(0));
            proxy.owner().leaveCard(proxy.card(), source);
            assertThat(event.get(120, TimeUnit.SECONDS)).isEqualTo(leaving.slot);
            assertThatExceptionOfType(CkException.class).isThrownBy(leaving::certificates)
                    .matches(refused -> refused.returnValue() == CKR.DEVICE_REMOVED);
            assertThat((oneLives ? one : two).certificates()).contains(onToken);
        }
        proxy.owner().joinCard(proxy.card(), source, TestProxyBuilder.SOFTWARE_PIN);
        assertThat(client.refresh().cards().get(0).keySets()).hasSize(2);
    }

    @Test
    @Order(3)
    void programWhoseCardDiesSeesTheTokenGoAndTheNextIsShownAnother() throws Exception {
        try (Inventory inventory = new Inventory(new RemoteCards(client)); Program one = new Program(inventory);
                Program two = new Program(inventory)) {
            String onToken = HexFormat.of().formatHex(token.certificate(SoftHsmKey.P_256).getEncoded());
            boolean oneLives = one.certificates().contains(onToken);
            assertThat(two.certificates().contains(onToken)).isEqualTo(!oneLives);
            Program living = oneLives ? one : two;
            Program dying = oneLives ? two : one;
            CompletableFuture<Long> event =
                    CompletableFuture.supplyAsync(() -> dying.application.slots().waitForEvent(0));
            Files.delete(proxy.folder().resolve("software-cards").resolve("Other.p12"));
            assertThat(event.get(120, TimeUnit.SECONDS)).isEqualTo(dying.slot);
            assertThatExceptionOfType(CkException.class).isThrownBy(dying::certificates)
                    .matches(refused -> refused.returnValue() == CKR.DEVICE_REMOVED);
            assertThat(dying.application.slots().list(true, true)).isEmpty();
            assertThat(living.application.slots().list(true, true)).containsExactly(living.slot);
            assertThat(living.certificates()).contains(onToken);
            for (int i = 0; i < 2; i++) {
                try (Program next = new Program(inventory)) {
                    assertThat(next.certificates()).contains(onToken);
                }
            }
        }
    }
}
