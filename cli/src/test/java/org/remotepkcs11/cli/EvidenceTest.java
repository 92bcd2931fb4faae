package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.UserKey;

/** A user cannot deny a request: an exported log and the user's certificate are enough for OpenSSL. */
class EvidenceTest {
    private static final Pattern LOGIN = Pattern.compile("(\\d+) \\S+ done: user ugo \\(\\w+\\) asked Login");

    private final Console console = new Console();
    @TempDir
    private Path folder;
    private Path pin;

    @BeforeEach
    void writePin() throws Exception {
        pin = Files.writeString(folder.resolve("pin"), "4711-virtual");
    }

    /** @return the folder with the evidence of a Login */
    private Path evidence(UserKey key) throws Exception {
        try (TestProxy proxy = TestProxy.builder().user("ugo", key).virtualPin("4711-virtual").start()) {
            console.succeed("pin", "change", "--pin", "file:" + pin, "--new-pin", "file:" + pin, "--config",
                    proxy.configuration());
            console.succeed("audit", "export", proxy.folder().resolve("proxy"), folder.resolve("log.txt"));
            Files.copy(proxy.configuration().resolveSibling("user.p12"), folder.resolve("user.p12"));
        }
        Matcher login = LOGIN.matcher(console.succeed("audit", "show", folder.resolve("log.txt")));
        assertThat(login.find()).isTrue();
        Path evidence = folder.resolve("evidence");
        console.succeed("audit", "evidence", folder.resolve("log.txt"), login.group(1), evidence);
        return evidence;
    }

    private static String verification(UserKey key) {
        return "openssl x509 -in user.pem -pubkey -noout -out key.pem; " + switch (key) {
            case P_256 -> "openssl dgst -sha256 -verify key.pem -signature signature signed";
            case RSA_2048 -> "openssl dgst -sha256 -verify key.pem -sigopt rsa_padding_mode:pss "
                    + "-sigopt rsa_pss_saltlen:32 -signature signature signed";
            case ED25519 -> "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -sigfile signature -in signed";
        };
    }

    @ParameterizedTest
    @EnumSource(UserKey.class)
    void opensslVerifiesWhatAUserSigned(UserKey key) throws Exception {
        Path evidence = evidence(key);
        assertThat(Program.of(evidence, "sh", "-c", "set -e; " + verification(key)).succeed())
                .containsPattern("Verified OK|Signature Verified Successfully");
        Files.write(evidence.resolve("signed"), new byte[] {'x'}, StandardOpenOption.APPEND);
        assertThat(Program.of(evidence, "sh", "-c", "set -e; " + verification(key)).run().exitCode()).isNotZero();
    }

    @Test
    void certificateIsTheUsersOwnAndOnlyRequestsAreEvidence() throws Exception {
        Path evidence = evidence(UserKey.P_256);
        String own = Program.of(folder, "sh", "-c", "openssl pkcs12 -in user.p12 -nokeys -clcerts "
                + "-passin 'pass:the user'\\''s key store' | openssl x509 -fingerprint -noout").succeed();
        assertThat(Program.of(evidence, "openssl", "x509", "-in", "user.pem", "-fingerprint", "-noout").succeed())
                .isEqualTo(own);
        assertThat(console.refused("audit", "evidence", folder.resolve("log.txt"), 0, folder.resolve("none")))
                .contains("holds no request");
    }
}
