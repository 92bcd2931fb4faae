package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** A proxy whose keys outside the database are changed, moved and lost. */
final class RekeyedProxy implements AutoCloseable {
    private final TestProxy proxy;
    private final Path home;

    private RekeyedProxy(TestProxy proxy) {
        this.proxy = proxy;
        this.home = proxy.folder().resolve("proxy");
    }

    static RekeyedProxy start() throws Exception {
        return new RekeyedProxy(TestProxy.start());
    }

    TestProxy proxy() {
        return proxy;
    }

    Path home() {
        return home;
    }

    void change(StoreSecret which) throws RefusedException {
        proxy.server().close();
        ProxyHome.open(home).changeSecret(which);
    }

    void changeBoth() throws RefusedException {
        change(StoreSecret.POLICY);
        change(StoreSecret.VAULT);
    }

    byte[] read(String name) throws IOException {
        return Files.readAllBytes(home.resolve(name));
    }

    void writePrivate(String name, byte[] content) throws IOException {
        Path file = home.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
    }

    void set(String... lines) throws IOException {
        Files.write(home.resolve("proxy.properties"), List.of(lines), StandardOpenOption.APPEND);
    }

    /** Names the token, to which the next changes move the keys. */
    void toToken(SoftHsmToken token) throws IOException {
        writePin(token.pin());
        set("policy.key = token", "vault.key = token", "keys.module = " + SoftHsmToken.module(),
                "keys.token = " + token.label(), "keys.pin = file:keys.pin");
    }

    void toFile() throws IOException {
        set("policy.key = file", "vault.key = file");
    }

    void writePin(String pin) throws IOException {
        writePrivate("keys.pin", (pin + "\n").getBytes());
    }

    void assertSigns() throws Exception {
        proxy.restart();
        Asking user = Asking.of(proxy);
        byte[] signature = Asking.output(user.client().ask(user.use(), user.secret(proxy.virtualPin())));
        assertThat(user.verifies(Asking.DIGEST, signature)).isTrue();
    }

    String reasonNotToStart() {
        return refusal(ErrorCode.CONFIGURATION_INVALID, proxy::restart).detail();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
