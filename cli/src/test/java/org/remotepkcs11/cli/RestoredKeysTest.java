package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;

/** Backups of a proxy's keys, beside rules that go with them and rules that do not. */
class RestoredKeysTest {
    private final Console console = new Console();
    @TempDir
    private Path folder;
    private Path backups;
    private TestProxy proxy;
    private Keeper keeper;

    @BeforeEach
    void startProxy() throws Exception {
        backups = Files.createDirectory(folder.resolve("backups"));
        proxy = TestProxy.builder().setting("backup.folder", backups.toString())
                .setting("backup.log.seconds", "86400").start();
        keeper = Keeper.in(folder);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Path home() {
        return proxy.folder().resolve("proxy");
    }

    private Path keys(String name) {
        Path file = folder.resolve(name + ".eml");
        console.succeed("proxy", "backup", "keys", home(), "--to", keeper.certificate(), file);
        return file;
    }

    /** @return where its rules are */
    private Path backUp() throws IOException {
        console.succeed("proxy", "backup", "now", home());
        try (Stream<Path> files = Files.list(backups)) {
            return files.filter(file -> file.getFileName().toString().startsWith("rules-"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified())).orElseThrow();
        }
    }

    private void rekey(String... keys) {
        proxy.server().close();
        for (String key : keys) {
            console.succeed("proxy", "rekey", key, home());
        }
    }

    private Object[] restoring(Path keys, Object... more) {
        List<Object> words = new ArrayList<>(List.of("proxy", "restore", folder.resolve("restored"), "--keys", keys,
                "--keystore", proxy.ownerConfiguration().resolveSibling("user.p12"), "--password",
                "file:" + proxy.ownerConfiguration().resolveSibling("user.password")));
        words.addAll(keeper.options());
        words.addAll(List.of(more));
        return words.toArray();
    }

    private int look() {
        return console.run("status", "--config", proxy.configuration());
    }

    private Path writePin(SoftHsmToken token) throws IOException {
        Path pin = home().resolve("keys.pin");
        Files.writeString(pin, token.pin());
        Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
        return pin;
    }

    private Path toToken(SoftHsmToken token) throws IOException {
        Files.write(home().resolve("proxy.properties"), List.of("policy.key = token", "vault.key = token",
                "keys.module = " + SoftHsmToken.module(), "keys.token = " + token.label(), "keys.pin = file:keys.pin"),
                StandardOpenOption.APPEND);
        return writePin(token);
    }

    private static long keysOn(SoftHsmToken token) throws IOException {
        return token.tool().with("--list-objects", "--type", "secrkey").run().lines()
                .filter(line -> line.contains("key of proxy")).count();
    }

    @Test
    void ofAChangeThatWasCutShortOnlyTheKeyInUseIsBackedUp() throws Exception {
        byte[] live = Files.readAllBytes(home().resolve("policy.secret"));
        rekey("vault");
        Path next = Files.copy(home().resolve("policy.secret"), home().resolve("policy.secret.next"));
        Files.write(home().resolve("policy.secret"), new byte[32]);
        assertThat(keeper.open(keys("keys"))).containsEntry("policy.secret", live).doesNotContainKey("policy.token");
        assertThat(next).exists();
    }

    @Test
    void ofAMoveToATokenThatWasCutShortNoDeadSecretIsBackedUp() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys that moved", SoftHsmKey.P_256)) {
            toToken(token);
            Path dead = Files.copy(home().resolve("policy.secret"), folder.resolve("dead"));
            rekey("policy", "vault");
            Files.copy(dead, home().resolve("policy.secret"));
            assertThat(keeper.open(keys("keys"))).containsKeys("policy.token", "vault.token")
                    .doesNotContainKeys("policy.secret", "vault.secret", "keys.pin");
        }
    }

    @Test
    void backupOfKeysWaitsForWhoChangesThem() throws Exception {
        CompletableFuture<Path> backup;
        try (FileChannel lock = FileChannel.open(home().resolve("secrets.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            lock.lock();
            backup = CompletableFuture.supplyAsync(() -> keys("keys"), task -> new Thread(task).start());
            TimeUnit.SECONDS.sleep(1);
            assertThat(backup).isNotDone();
        }
        assertThat(backup.get(1, TimeUnit.MINUTES)).exists();
    }

    @Test
    void proxyWithKeysOnATokenIsRestoredAndTakesNoKeyFromTheFirst() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("keys of two", SoftHsmKey.P_256)) {
            Path pin = toToken(token);
            rekey("policy", "vault");
            proxy.restart();
            backUp();
            Path keys = keys("keys");
            Path restored = folder.resolve("restored");
            assertThat(console.refused(restoring(keys, "--from", backups))).contains("--token-pin");
            assertThat(restored).isEmptyDirectory();
            console.succeed(restoring(keys, "--from", backups, "--token-pin", "file:" + pin));
            console.succeed("proxy", "rekey", "policy", restored);
            console.succeed("proxy", "rekey", "vault", restored);
            assertThat(keysOn(token)).isEqualTo(4);
            proxy.restart();
            assertThat(look()).isZero();
            proxy.exchangeHome(restored);
            assertThat(keysOn(token)).isEqualTo(4);
        }
    }

    @Test
    void keysFromBeforeAChangeGoWithRulesFromBeforeItOnly() throws Exception {
        Path keys = keys("before");
        Path rules = backUp();
        assertThat(look()).isZero();
        rekey("policy");
        proxy.restart();
        backUp();
        assertThat(console.refused(restoring(keys, "--from", backups))).contains("policy key", "changed in between",
                "--from");
        assertThat(folder.resolve("restored")).isEmptyDirectory();
        console.succeed(restoring(keys, "--from", rules, "--log", home()));
        proxy.exchangeHome(folder.resolve("restored"));
        assertThat(look()).isZero();
    }

    @Test
    void keysFromAfterAChangeDoNotGoWithRulesFromBeforeIt() throws Exception {
        backUp();
        rekey("vault");
        Path keys = keys("after");
        assertThat(console.refused(restoring(keys, "--from", backups, "--log", home()))).contains("vault key",
                "changed in between");
        assertThat(folder.resolve("restored")).isEmptyDirectory();
        backUp();
        console.succeed(restoring(keys, "--from", backups));
    }
}
