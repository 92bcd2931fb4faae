package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;

/** A user of jarsigner whose owner approves each use, by the commands of both. */
class ApproveTest {
    private static final Duration LONG = Duration.ofMinutes(30);

    private final Console console = new Console();
    @TempDir
    private Path folder;
    private TestProxy proxy;
    private Path jar;

    @BeforeEach
    void packJar() throws IOException {
        jar = folder.resolve("program.jar");
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.putNextEntry(new JarEntry("hello.txt"));
            output.write("hello".getBytes(StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private void approvedWithin(Duration within) throws Exception {
        proxy = TestProxy.builder().limits(Limits.NONE.withApproval(within)).start();
    }

    private String owner(String... words) {
        return console.succeed(Stream.concat(Stream.of(words),
                Stream.of("--config", proxy.ownerConfiguration())).toArray());
    }

    private String approve(String id) throws IOException {
        Path pin = Files.writeString(folder.resolve("owner.pin"), proxy.ownerPin());
        return owner("approve", id, "--pin", "file:" + pin);
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private CompletableFuture<String> jarsigner() {
        Command signing = Command.of(tool("jarsigner"), "-J-cp", "-J" + System.getProperty("java.class.path"),
                "-addprovider", "RemotePKCS11", "-providerArg", proxy.configuration().toString(), "-keystore", "NONE",
                "-storetype", "RemotePKCS11", "-storepass:env", "PIN", "-sigalg", "SHA384withECDSA", jar.toString(), "p-256")
                .inEnvironment(Map.of("PIN", proxy.virtualPin()));
        return CompletableFuture.supplyAsync(() -> {
            try {
                return signing.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The id of the one operation that waits. */
    private String waiting(CompletableFuture<String> signing) throws Exception {
        while (proxy.owner().approvals().isEmpty()) {
            assertThat(signing).isNotDone();
            Thread.sleep(50);
        }
        return proxy.owner().approvals().get(0).name().toString().substring(0, 40);
    }

    @Test
    void jarsignerWaitsUntilTheOwnerApproves() throws Exception {
        approvedWithin(LONG);
        CompletableFuture<String> signing = jarsigner();
        String id = waiting(signing);
        assertThat(console.succeed("status", "--config", proxy.configuration()))
                .contains("of each use by the owner, within 30m").contains("for the owner's approval")
                .contains(proxy.owner().approvals().get(0).operation().toString());
        assertThat(owner("approve", "list")).contains("ugo with " + proxy.token()).contains("sign with key p-256 by CKM_ECDSA");
        String shown = console.out();
        assertThat(console.refused("approve", id.substring(0, 39), "--config", proxy.ownerConfiguration()))
                .contains("names nothing for sure").contains("give the whole id");
        assertThat(approve(id)).contains("approved " + id + " of ugo");
        assertThat(signing.get()).contains("jar signed");
        assertThat(shown).contains("document " + HexFormat.of().formatHex(signedDocument()));
        assertThat(Command.of(tool("jarsigner"), "-verify", jar.toString()).run()).contains("jar verified");
        assertThat(owner("approve")).contains("nothing waits");
        assertThat(owner("delegations")).contains("each approved within 30m");
    }

    /** SHA-384 of what jarsigner signs by signed attributes. */
    private byte[] signedDocument() throws Exception {
        try (JarFile signed = new JarFile(jar.toFile())) {
            JarEntry file = signed.stream().filter(entry -> entry.getName().endsWith(".SF")).findFirst().orElseThrow();
            return MessageDigest.getInstance("SHA-384").digest(signed.getInputStream(file).readAllBytes());
        }
    }

    /** Open, Login, Use, Open, Watch, Open, Use. */
    @Test
    void approvedSignatureTakesSevenRequests() throws Exception {
        approvedWithin(LONG);
        CompletableFuture<String> signing = jarsigner();
        approve(waiting(signing));
        signing.get();
        Id user = Fingerprint.of(proxy.user().keys().getPublic());
        assertThat(proxy.log().stream().filter(entry -> asker(entry).filter(user::equals).isPresent())).hasSize(7);
    }

    private static Optional<Id> asker(AuditEntry entry) {
        if (entry.matter() instanceof AuditEntry.Refused refused) {
            return refused.evidence().map(AuditEntry.Evidence::user);
        }
        if (entry.matter() instanceof AuditEntry.Intent intent) {
            return Optional.of(intent.evidence().user());
        }
        return entry.matter() instanceof AuditEntry.Done done ? Optional.of(done.evidence().user()) : Optional.empty();
    }

    @Test
    void jarsignerSaysThatTheOwnerDenied() throws Exception {
        approvedWithin(LONG);
        CompletableFuture<String> signing = jarsigner();
        owner("approve", "--deny", waiting(signing).substring(0, 8));
        assertThatThrownBy(signing::get).hasMessageContaining("APPROVAL_DENIED").hasMessageContaining("the owner denied");
        assertThat(Command.of(tool("jarsigner"), "-verify", jar.toString()).run()).contains("jar is unsigned");
    }

    @Test
    void logSaysWhatTheOwnerAnsweredToWhat() throws Exception {
        approvedWithin(LONG);
        CompletableFuture<String> signing = jarsigner();
        waiting(signing);
        Approval asked = proxy.owner().approvals().get(0);
        proxy.owner().decide(asked, true);
        proxy.owner().decide(asked, false);
        signing.exceptionally(Throwable::getMessage).get();
        assertThat(console.succeed("audit", "show", proxy.folder().resolve("proxy"))).contains("asked to approve the operation "
                + asked.operation() + " of delegation " + asked.delegation() + " with the input " + asked.inputHash());
    }

    /** All wait at once, and are approved one after the other. */
    @Test
    void eachOperationIsRepeatedOnlyOnceItIsDecided() throws Exception {
        approvedWithin(LONG);
        int operations = 8;
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
             Login login = client.login(client.card(Optional.empty()), proxy.virtualPin().toCharArray())) {
            List<CompletableFuture<byte[]>> signing = IntStream.range(0, operations)
                    .mapToObj(i -> sign(client, login, i)).toList();
            while (proxy.owner().approvals().size() < operations) {
                Thread.sleep(50);
            }
            for (Approval asked : proxy.owner().approvals()) {
                proxy.owner().decide(asked, true);
            }
            signing.forEach(CompletableFuture::join);
        }
        Id user = Fingerprint.of(proxy.user().keys().getPublic());
        assertThat(proxy.log().stream().filter(entry -> asker(entry).filter(user::equals).isPresent())
                .filter(ApproveTest::isUse)).hasSize(2 * operations);
    }

    private static CompletableFuture<byte[]> sign(RemoteClient client, Login login, int number) {
        CompletableFuture<byte[]> signature = new CompletableFuture<>();
        new Thread(() -> {
            try {
                signature.complete(client.use(login, p256(login, new byte[] {(byte) number}), Duration.ZERO));
            } catch (RefusedException e) {
                signature.completeExceptionally(e);
            }
        }).start();
        return signature;
    }

    private static boolean isUse(AuditEntry entry) {
        return entry.matter() instanceof AuditEntry.Intent
                || entry.matter() instanceof AuditEntry.Refused refused
                && refused.refusal().code() == ErrorCode.APPROVAL_PENDING;
    }

    @Test
    void jarsignerSaysThatTheOwnerDidNotAnswer() throws Exception {
        approvedWithin(Duration.ofSeconds(1));
        assertThatThrownBy(jarsigner()::get).hasMessageContaining("APPROVAL_TIMED_OUT")
                .hasMessageContaining("the owner did not approve");
    }

    @Test
    void revocationRefusesWhatWaitsAtOnce() throws Exception {
        approvedWithin(LONG);
        CompletableFuture<String> signing = jarsigner();
        waiting(signing);
        proxy.revoke();
        assertThatThrownBy(signing::get).hasMessageContaining("DELEGATION_REVOKED");
    }

    @Test
    void afterARestartTheOwnerIsAskedAgainAndJarsignerWaitsOn() throws Exception {
        approvedWithin(LONG);
        CompletableFuture<String> signing = jarsigner();
        String id = waiting(signing);
        proxy.restart();
        assertThat(waiting(signing)).isEqualTo(id);
        approve(id);
        assertThat(signing.get()).contains("jar signed");
    }

    @Test
    void nobodyWaitsBeyondAnOwnDeadline() throws Exception {
        approvedWithin(LONG);
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
             Login login = client.login(client.card(Optional.empty()), proxy.virtualPin().toCharArray())) {
            Operation sign = p256(login, new byte[32]);
            assertThatThrownBy(() -> client.use(login, sign, Duration.ofSeconds(1))).isInstanceOfSatisfying(
                    RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.APPROVAL_PENDING));
            assertThat(console.succeed("last-error")).contains("waits for the owner's approval until");
        }
    }

    private static Operation p256(Login login, byte[] message) {
        PrivateKeyObject key = login.card().keys().stream().filter(one -> one.label().equals("p-256")).findFirst()
                .orElseThrow();
        return new Operation(key.fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                Arrays.copyOf(message, 32));
    }
}
