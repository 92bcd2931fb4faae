package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenSSL through libengine-pkcs11-openssl, unmodified; judged by OpenSSL without the engine. */
@Tool(name = "OpenSSL 3 by libengine-pkcs11-openssl", version = {"openssl", "version"}, guide = "openssl")
class OpenSslEngineTest {
    private final Desk desk;
    private Path data;

    OpenSslEngineTest(Desk desk) {
        this.desk = desk;
    }

    @BeforeEach
    void layOut() throws IOException {
        data = desk.file("letter", "Dear Sir or Madam\n".getBytes(UTF_8));
        Files.writeString(desk.file("engine.cnf"), String.join("\n", "openssl_conf = main", "[main]",
                "engines = engines", "[engines]", "pkcs11 = remote", "[remote]", "engine_id = pkcs11",
                "MODULE_PATH = " + desk.module(), "PIN = $ENV::TOKEN_PIN", "init = 0", "[req]",
                "distinguished_name = name", "[name]", ""));
    }

    private String withEngine(String... words) throws IOException {
        return desk.command("env", "OPENSSL_CONF=" + desk.file("engine.cnf"), "openssl").with(words).run();
    }

    private static String uri(SoftHsmKey key) {
        return "pkcs11:token=" + Desk.TOKEN + ";object=" + key.label() + ";type=private";
    }

    private Path pem(String name, String type, byte[] der) throws IOException {
        return Files.writeString(desk.file(name), "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type + "-----\n");
    }

    private Path publicKey(SoftHsmKey key) throws IOException, GeneralSecurityException {
        PublicKey publicKey = desk.publicKey(key);
        return pem(key.label() + ".pub", "PUBLIC KEY", publicKey.getEncoded());
    }

    @ParameterizedTest
    @CsvSource({"RSA_2048, -sha256, pkcs1", "RSA_2048, -sha512, pkcs1", "RSA_2048, -sha256, pss",
        "P_256, -sha256, ''", "P_384, -sha384, ''"})
    void digestIsSigned(SoftHsmKey key, String hash, String padding) throws IOException, GeneralSecurityException {
        String[] options = padding.isEmpty() ? new String[0] : new String[] {"-sigopt", "rsa_padding_mode:" + padding};
        withEngine(concat(new String[] {"dgst", "-engine", "pkcs11", "-keyform", "engine", hash, "-sign", uri(key),
            "-out", desk.file("signature").toString()}, options, data.toString()));
        String verified = Command.of(concat(new String[] {"openssl", "dgst", hash, "-verify",
            publicKey(key).toString(), "-signature", desk.file("signature").toString()}, options, data.toString())).run();
        assertThat(verified).contains("Verified OK");
    }

    private static String[] concat(String[] first, String[] second, String last) {
        String[] all = Arrays.copyOf(first, first.length + second.length + 1);
        System.arraycopy(second, 0, all, first.length, second.length);
        all[all.length - 1] = last;
        return all;
    }

    @ParameterizedTest
    @CsvSource({"RSA_2048", "P_256"})
    void messageIsSignedAsCms(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Path certificate = pem("signer.pem", "CERTIFICATE", desk.token().certificate(key).getEncoded());
        Path signed = desk.file("signed.pem");
        withEngine("cms", "-sign", "-engine", "pkcs11", "-keyform", "engine", "-inkey", uri(key), "-signer",
                certificate.toString(), "-in", data.toString(), "-out", signed.toString());
        assertThat(Command.of("openssl", "cms", "-verify", "-noverify", "-in", signed.toString()).run())
                .contains("Dear Sir or Madam");
    }

    @Test
    void certificationRequestIsSigned() throws IOException {
        Path request = desk.file("request.pem");
        withEngine("req", "-new", "-engine", "pkcs11", "-keyform", "engine", "-key", uri(SoftHsmKey.RSA_2048),
                "-subj", "/CN=remote", "-out", request.toString());
        assertThat(Command.of("openssl", "req", "-verify", "-noout", "-in", request.toString()).run())
                .contains("verify OK");
    }

    @Test
    void ciphertextIsDecrypted() throws IOException, GeneralSecurityException {
        Path encrypted = desk.file("encrypted.bin");
        Command.of("openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", publicKey(SoftHsmKey.RSA_2048).toString(),
                "-in", data.toString(), "-out", encrypted.toString()).inEnvironment(Map.of()).run();
        assertThat(withEngine("pkeyutl", "-decrypt", "-engine", "pkcs11", "-keyform", "engine", "-inkey",
                uri(SoftHsmKey.RSA_2048), "-in", encrypted.toString())).contains("Dear Sir or Madam");
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void serverAndClientAuthenticateInTls(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("openssl").followedOn(Workbench.of(desk, key));
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void exampleRuns(SoftHsmKey key) throws IOException, GeneralSecurityException {
        assertThat(Workbench.of(desk, key).example("openssl.sh " + key.label() + " letter.txt")).contains("Verified OK");
    }
}
