package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;

/** GnuTLS's programs, unmodified; judged by OpenSSL and by a server without a card. */
@Tool(name = "GnuTLS: p11tool, certtool, gnutls-cli", version = {"p11tool", "--version"}, guide = "gnutls")
class GnuTlsTest {
    private final Desk desk;

    GnuTlsTest(Desk desk) {
        this.desk = desk;
    }

    private Command p11tool(String... words) {
        return desk.command("p11tool", "--provider", desk.module().toString(), "--login").with(words)
                .alsoInEnvironment(Map.of("GNUTLS_PIN", desk.pin()));
    }

    @Test
    void tokenIsListed() throws IOException {
        assertThat(desk.command("p11tool", "--provider", desk.module().toString(), "--list-tokens").run())
                .contains("token=" + Desk.TOKEN, "RNG, Requires login");
    }

    @Test
    void everythingIsListedForALoginAtMost() throws IOException {
        long before = desk.requests();
        String listed = p11tool("--list-all", "pkcs11:token=" + Desk.TOKEN).run();
        assertThat(listed).contains("type=cert", "type=public", "type=private", "CKA_SENSITIVE");
        assertThat(desk.requests() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void listingWithoutALoginCostsNoRequest() throws IOException {
        long before = desk.requests();
        String listed = desk.command("p11tool", "--provider", desk.module().toString(), "--list-all",
                "pkcs11:token=" + Desk.TOKEN).run();
        assertThat(listed).contains("type=cert", "type=public");
        assertThat(desk.requests() - before).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256", "P_384"})
    void signatureIsVerifiedAgainstThePublicKey(SoftHsmKey key) throws IOException {
        String tested = p11tool("--test-sign",
                "pkcs11:token=" + Desk.TOKEN + ";object=" + key.label() + ";type=private").run();
        assertThat(tested).contains("Verifying against private key parameters... ok",
                "Verifying against public key in the token... ok");
    }

    @Test
    void certificateIsExported() throws IOException {
        assertThat(p11tool("--export", "pkcs11:token=" + Desk.TOKEN + ";object=rsa-2048;type=cert").run())
                .contains("BEGIN CERTIFICATE");
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void requestsAndHandshakesAreSigned(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("gnutls").followedOn(Workbench.of(desk, key));
    }
}
