package org.remotepkcs11.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenSC's pkcs11-tool with a remote slot, through our module and through p11-kit's. The JDK verifies. */
class Pkcs11ToolTest {
    private static final byte[] MESSAGE = "signed from afar\n".getBytes();

    @TempDir
    private static Path folder;
    private static RemoteSlot slot;

    @BeforeAll
    static void open() throws Exception {
        slot = RemoteSlot.open(folder, SoftHsmKey.RSA_2048, SoftHsmKey.P_256);
        Files.write(slot.file("message"), MESSAGE);
    }

    @AfterAll
    static void close() {
        slot.close();
    }

    private static byte[] sign(Command tool, SoftHsmKey key, String... mechanism) throws Exception {
        Path signature = Files.createTempFile(folder, "signature", "");
        tool.with("--login", "--pin", "env:PIN", "--sign", "--id", key.hexId(), "--input-file",
                slot.file("message").toString(), "--output-file", signature.toString()).with(mechanism).run();
        return Files.readAllBytes(signature);
    }

    private static boolean verifies(Signature algorithm, SoftHsmKey key, byte[] signature) throws Exception {
        algorithm.initVerify(slot.token().certificate(key));
        algorithm.update(MESSAGE);
        return algorithm.verify(signature);
    }

    @ParameterizedTest
    @CsvSource({"SHA1-RSA-PKCS, SHA1withRSA", "SHA256-RSA-PKCS, SHA256withRSA", "SHA384-RSA-PKCS, SHA384withRSA",
        "SHA512-RSA-PKCS, SHA512withRSA"})
    void rsaSignaturesVerify(String mechanism, String algorithm) throws Exception {
        byte[] signature = sign(slot.tool(), SoftHsmKey.RSA_2048, "-m", mechanism);
        assertThat(verifies(Signature.getInstance(algorithm), SoftHsmKey.RSA_2048, signature)).isTrue();
    }

    @Test
    void pssSignatureVerifies() throws Exception {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        byte[] signature = sign(slot.tool(), SoftHsmKey.RSA_2048, "-m", "SHA256-RSA-PKCS-PSS");
        assertThat(verifies(pss, SoftHsmKey.RSA_2048, signature)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"ECDSA-SHA1, SHA1withECDSA", "ECDSA-SHA256, SHA256withECDSA", "ECDSA-SHA384, SHA384withECDSA"})
    void ecdsaSignaturesVerify(String mechanism, String algorithm) throws Exception {
        byte[] signature = sign(slot.tool(), SoftHsmKey.P_256, "-m", mechanism, "--signature-format", "openssl");
        assertThat(verifies(Signature.getInstance(algorithm), SoftHsmKey.P_256, signature)).isTrue();
    }

    @Test
    void signaturesThroughP11KitVerify() throws Exception {
        byte[] rsa = sign(slot.toolOverP11Kit(), SoftHsmKey.RSA_2048, "-m", "SHA256-RSA-PKCS");
        assertThat(verifies(Signature.getInstance("SHA256withRSA"), SoftHsmKey.RSA_2048, rsa)).isTrue();
        byte[] ecdsa = sign(slot.toolOverP11Kit(), SoftHsmKey.P_256, "-m", "ECDSA-SHA1", "--signature-format", "openssl");
        assertThat(verifies(Signature.getInstance("SHA1withECDSA"), SoftHsmKey.P_256, ecdsa)).isTrue();
    }

    @Test
    void objectsAreTheTokensOwn() throws Exception {
        for (Command tool : new Command[] {slot.tool(), slot.toolOverP11Kit()}) {
            assertThat(tool.with("--login", "--pin", "env:PIN", "--list-objects").run()).contains("Certificate Object", SoftHsmKey.RSA_2048.label())
                    .contains("Private Key Object; EC", SoftHsmKey.P_256.label());
        }
    }

    @Test
    void selfTestFindsNoErrors() throws Exception {
        assertThat(slot.tool().with("--login", "--pin", "env:PIN", "--test").run()).contains("No errors");
        assertThat(slot.toolOverP11Kit().with("--login", "--pin", "env:PIN", "--test").run()).contains("No errors");
    }

    @Test
    void forkTestPasses() throws Exception {
        assertThat(slot.tool().with("--test-fork").run()).contains("*** Calling C_Initialize in forked child process");
    }

    @Test
    void wrongPinIsCalledWrong() {
        assertThatThrownBy(() -> slot.tool().with("--login", "--pin", "0000", "--list-objects").run())
                .hasMessageContaining("CKR_PIN_INCORRECT");
    }

    @Test
    void withAWarmAgentASignatureCostsOneRequestAndALoginOne() throws Exception {
        sign(slot.tool(), SoftHsmKey.RSA_2048, "-m", "SHA256-RSA-PKCS");
        long before = slot.requests();
        sign(slot.tool(), SoftHsmKey.RSA_2048, "-m", "SHA256-RSA-PKCS");
        assertThat(slot.requests() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void listingWithAWarmAgentCostsNothing() throws Exception {
        slot.tool().with("--list-objects").run();
        long before = slot.requests();
        slot.tool().with("--list-objects").run();
        slot.tool().with("--list-token-slots", "--list-mechanisms").run();
        assertThat(slot.requests() - before).isZero();
    }
}
