package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** The keys outside the database, in a file or on a token, are changed, moved, cut short and lost. */
class RekeyTest {
    private static final int KILLS = 3;

    private TestProxy proxy;
    private Path home;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.start();
        home = proxy.folder().resolve("proxy");
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private void change(StoreSecret which) throws RefusedException {
        proxy.server().close();
        ProxyHome.open(home).changeSecret(which);
    }

    private byte[] file(String name) throws IOException {
        return Files.readAllBytes(home.resolve(name));
    }

    private Path writePrivate(String name) throws IOException {
        Path file = Files.createFile(home.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.write(file, new byte[32]);
    }

    private void assertSigns() throws Exception {
        proxy.restart();
        Asking user = Asking.of(proxy);
        byte[] signature = Asking.output(user.client().ask(user.use(), user.secret(proxy.virtualPin())));
        assertThat(user.verifies(Asking.DIGEST, signature)).isTrue();
    }

    private void set(String... lines) throws IOException {
        Files.write(home.resolve("proxy.properties"), List.of(lines), StandardOpenOption.APPEND);
    }

    private void toToken(SoftHsmToken token) throws Exception {
        writePin(token.pin());
        set("policy.key = token", "vault.key = token", "keys.module = " + SoftHsmToken.module(),
                "keys.token = " + token.label(), "keys.pin = file:keys.pin");
    }

    private void writePin(String pin) throws IOException {
        Files.writeString(home.resolve("keys.pin"), pin + "\n");
        Files.setPosixFilePermissions(home.resolve("keys.pin"), PosixFilePermissions.fromString("rw-------"));
    }

    private String reasonNotToStart() {
        return refusal(ErrorCode.CONFIGURATION_INVALID, () -> proxy.restart()).detail();
    }

    @Test
    void aWrongPinOfTheTokenIsSentOnce() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys with a pin", SoftHsmKey.P_256)) {
            toToken(token);
            change(StoreSecret.VAULT);
            change(StoreSecret.POLICY);
            writePin("not the pin");
            assertThat(reasonNotToStart()).doesNotContain("none is sent");
            assertThat(reasonNotToStart()).contains("COUNT_LOW", "none is sent");
            writePin(token.pin());
            assertThat(reasonNotToStart()).contains("none is sent");
            token.tool().with("--list-objects").run();
            assertSigns();
        }
    }

    @Test
    void aPinThatOthersMayReadIsNotTaken() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys with a pin", SoftHsmKey.P_256)) {
            toToken(token);
            Files.setPosixFilePermissions(home.resolve("keys.pin"), PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> change(StoreSecret.VAULT)).detail())
                    .contains("chmod 600");
        }
    }

    @Test
    void bothKeysAreChangedAndCardsAreUsedAsBefore() throws Exception {
        byte[] policy = file("policy.secret");
        byte[] vault = file("vault.secret");
        change(StoreSecret.POLICY);
        change(StoreSecret.VAULT);
        assertThat(file("policy.secret")).hasSameSizeAs(policy).isNotEqualTo(policy);
        assertThat(file("vault.secret")).hasSameSizeAs(vault).isNotEqualTo(vault);
        assertSigns();
    }

    @Test
    void noKeyIsChangedUnderARunningProxy() {
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyHome.open(home).changeSecret(StoreSecret.POLICY)).detail())
                .contains("another process serves");
    }

    @Test
    void keysMoveToATokenAndCannotLeaveItAndMoveBack() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys of a proxy", SoftHsmKey.P_256)) {
            toToken(token);
            proxy.server().close();
            assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> proxy.restart()).detail()).contains("rekey");
            change(StoreSecret.POLICY);
            change(StoreSecret.VAULT);
            change(StoreSecret.VAULT);
            assertThat(home.resolve("policy.secret")).doesNotExist();
            assertThat(home.resolve("vault.secret")).doesNotExist();
            assertThat(token.tool().with("--list-objects", "--type", "secrkey").run().split("Secret Key Object"))
                    .hasSize(3).filteredOn(object -> object.contains("key of proxy"))
                    .allMatch(key -> key.contains("sensitive") && key.contains("never extractable"));
            assertSigns();
            proxy.server().close();
            set("policy.key = file", "vault.key = file");
            change(StoreSecret.POLICY);
            change(StoreSecret.VAULT);
            assertThat(token.tool().with("--list-objects", "--type", "secrkey").run()).doesNotContain("key of proxy");
            assertSigns();
        }
    }

    @Test
    void withoutItsTokenAProxyServesNobody() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys that go away", SoftHsmKey.P_256)) {
            toToken(token);
            change(StoreSecret.VAULT);
            change(StoreSecret.POLICY);
        }
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> proxy.restart()).detail()).contains("keys that go away");
    }

    @Test
    void killedAtAnyMomentTheChangeIsBroughtToItsEnd() throws Exception {
        proxy.server().close();
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), RekeyingMain.class.getName(), home.toString())
                    .redirectError(proxy.folder().resolve("child.err").toFile()).start();
            assertThat(child.inputReader().lines().anyMatch(RekeyingMain.CHANGED::equals)).isTrue();
            TimeUnit.MILLISECONDS.sleep(137L * kill);
            child.destroyForcibly().waitFor();
            assertSigns();
            assertThat(home.resolve("policy.secret.next")).doesNotExist();
            assertThat(home.resolve("vault.secret.next")).doesNotExist();
            proxy.server().close();
        }
    }

    /** As a version left it that told nothing of a key that was never changed. */
    private void tellNothing() {
        try (Handle handle = Jdbi.open("jdbc:sqlite:" + home.resolve("store.db"))) {
            handle.execute("DELETE FROM secret_in_use");
        }
    }

    /** As if it had been killed before the store was given to the next key: files as before, and one more key on the token. */
    private void moveCutShort(StoreSecret which) throws Exception {
        String secret = which.name().toLowerCase(Locale.ROOT) + ".secret";
        byte[] store = file("store.db");
        byte[] before = file(secret);
        change(which);
        Files.deleteIfExists(home.resolve("store.db-wal"));
        Files.write(home.resolve("store.db"), store);
        Files.write(writePrivate(secret), before);
    }

    @Test
    void aFirstMoveToATokenThatWasCutShortLeavesTheKeyInUseAsItWas() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys on their way", SoftHsmKey.P_256)) {
            proxy.server().close();
            tellNothing();
            toToken(token);
            for (StoreSecret which : StoreSecret.values()) {
                moveCutShort(which);
            }
            assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> proxy.restart()).detail()).contains("rekey");
            change(StoreSecret.POLICY);
            change(StoreSecret.VAULT);
            assertSigns();
        }
    }

    @Test
    void aNewProxysStoreTellsItsKeysBeforeItIsServed() throws Exception {
        ProxyHome made = ProxyHome.init(proxy.folder().resolve("second"), ProxyHome.Settings.local(0));
        assertThat(StoreSecret.told(made.directory().resolve("store.db"))).hasSize(2);
    }

    @Test
    void aNextKeyThatNothingWentOverToIsForgotten() throws Exception {
        proxy.server().close();
        writePrivate("policy.secret.next");
        assertSigns();
        assertThat(home.resolve("policy.secret.next")).doesNotExist();
    }

    @Test
    void aChangeThatWasCutShortBeforeTheNewKeyTookItsPlaceIsNotCutShortAgainByTheNextOne() throws Exception {
        change(StoreSecret.POLICY);
        Files.move(home.resolve("policy.secret"), home.resolve("policy.secret.next"));
        writePrivate("policy.secret");
        change(StoreSecret.POLICY);
        assertSigns();
    }

    @Test
    void whoLostThePolicyKeyTakesTheRulesAsTheyStandAndOwnersUnlock() throws Exception {
        proxy.server().close();
        Files.delete(home.resolve("policy.secret"));
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> proxy.restart()).detail()).contains("policy key");
        ProxyHome.open(home).replaceSecret(StoreSecret.POLICY);
        proxy.restart();
        Asking user = Asking.of(proxy);
        refusal(ErrorCode.PIN_LOCKED, () -> user.client().ask(user.use(), user.secret(proxy.virtualPin())));
        proxy.owner().unlock(proxy.delegation());
        assertSigns();
    }

    @Test
    void whoLostTheVaultKeyLosesTheCardsAndNothingElse() throws Exception {
        proxy.server().close();
        Files.delete(home.resolve("vault.secret"));
        ProxyHome.open(home).replaceSecret(StoreSecret.VAULT);
        proxy.restart();
        assertThat(proxy.owner().state().cards()).isEmpty();
        String source = proxy.owner().state().sources().get(0).source();
        assertThat(proxy.owner().addCard("again", source, TestProxyBuilder.SOFTWARE_PIN).bytes()).isNotEmpty();
    }

    @Test
    void aVaultKeyThatIsThereIsNotTakenForLost() {
        proxy.server().close();
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID,
                () -> ProxyHome.open(home).replaceSecret(StoreSecret.VAULT)).detail()).contains("not lost");
    }
}
