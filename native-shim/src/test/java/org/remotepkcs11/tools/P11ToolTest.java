package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;

/** GnuTLS's {@code p11tool}, unmodified. */
@ExtendWith(DeskParameter.class)
class P11ToolTest {
    private final Desk desk;

    P11ToolTest(Desk desk) {
        this.desk = desk;
    }

    private Command p11tool(String... words) {
        return desk.command("p11tool", "--provider", desk.module().toString(), "--login", "--set-pin=" + desk.pin())
                .with(words);
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
}
