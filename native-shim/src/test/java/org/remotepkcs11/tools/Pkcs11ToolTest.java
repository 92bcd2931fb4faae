package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenSC's {@code pkcs11-tool}, unmodified; what it makes is judged by the JDK. */
@Tool(name = "pkcs11-tool", version = {"opensc-tool", "--info"}, guide = "pkcs11-tool")
class Pkcs11ToolTest {
    private static final byte[] DATA = "what is signed".getBytes(UTF_8);
    private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

    private final Desk desk;

    Pkcs11ToolTest(Desk desk) {
        this.desk = desk;
    }

    @Test
    void keysAndCertificatesAreListedAsTheCardHasThem() throws IOException {
        String listed = desk.pkcs11Tool("--list-objects").run();
        for (SoftHsmKey key : new SoftHsmKey[] {SoftHsmKey.RSA_2048, SoftHsmKey.P_256, SoftHsmKey.P_384}) {
            assertThat(listed.split("label: +" + key.label() + "\n", -1)).as("objects of " + key).hasSize(4);
        }
        assertThat(listed).contains("Private Key Object; RSA", "Private Key Object; EC", "Certificate Object")
                .contains("Access:     sensitive, always sensitive, never extractable, local");
    }

    @Test
    void ownTestOfTheToolFindsNoErrors() throws IOException {
        assertThat(desk.pkcs11Tool("--test").run()).contains("No errors").doesNotContain("ERR");
    }

    @Test
    void forkedChildBeginsAnew() throws IOException {
        assertThat(desk.pkcs11Tool("--test-fork").run()).contains("C_Initialize in forked child process");
    }

    private byte[] signed(SoftHsmKey key, String... words) throws IOException {
        Path data = desk.file("data", DATA);
        Path signature = desk.file("signature");
        Files.deleteIfExists(signature);
        desk.pkcs11ToolOn(key == SoftHsmKey.ED25519 ? Desk.MODERN_TOKEN : Desk.TOKEN).with("--sign", "--id",
                key.hexId(), "--input-file", data.toString(), "--output-file", signature.toString()).with(words).run();
        return Files.readAllBytes(signature);
    }

    private void assertVerifies(SoftHsmKey key, Signature verifier, byte[] signature)
            throws IOException, GeneralSecurityException {
        verifier.initVerify(desk.publicKey(key));
        verifier.update(DATA);
        assertThat(verifier.verify(signature)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"RSA-PKCS, NONEwithRSA", "MD5-RSA-PKCS, MD5withRSA", "SHA1-RSA-PKCS, SHA1withRSA",
        "RIPEMD160-RSA-PKCS, RIPEMD160withRSA", "SHA224-RSA-PKCS, SHA224withRSA", "SHA256-RSA-PKCS, SHA256withRSA",
        "SHA384-RSA-PKCS, SHA384withRSA", "SHA512-RSA-PKCS, SHA512withRSA", "SHA3-256-RSA-PKCS, SHA3-256withRSA",
        "SHA3-512-RSA-PKCS, SHA3-512withRSA"})
    void rsaSignatureIsAccepted(String mechanism, String algorithm) throws IOException, GeneralSecurityException {
        byte[] signature = signed(SoftHsmKey.RSA_2048, "--mechanism", mechanism);
        assertVerifies(SoftHsmKey.RSA_2048, Signature.getInstance(algorithm, BOUNCY_CASTLE), signature);
    }

    @Test
    void bareRsaSignatureIsAccepted() throws IOException, GeneralSecurityException {
        byte[] signature = signed(SoftHsmKey.RSA_2048, "--mechanism", "RSA-X-509");
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, desk.publicKey(SoftHsmKey.RSA_2048));
        assertThat(cipher.doFinal(signature)).endsWith(DATA);
    }

    @ParameterizedTest
    @CsvSource({"SHA1, SHA-1, 20", "SHA224, SHA-224, 28", "SHA256, SHA-256, 32", "SHA384, SHA-384, 48",
        "SHA512, SHA-512, 64", "SHA3-256, SHA3-256, 32"})
    void pssSignatureIsAccepted(String hash, String name, int salt) throws IOException, GeneralSecurityException {
        byte[] signature = signed(SoftHsmKey.RSA_2048, "--mechanism", hash + "-RSA-PKCS-PSS");
        Signature verifier = Signature.getInstance("RSASSA-PSS", BOUNCY_CASTLE);
        AlgorithmParameterSpec spec = new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), salt, 1);
        verifier.setParameter(spec);
        assertVerifies(SoftHsmKey.RSA_2048, verifier, signature);
    }

    @ParameterizedTest
    @CsvSource({"ECDSA-SHA1, SHA1, P_256", "ECDSA-SHA224, SHA224, P_256", "ECDSA-SHA256, SHA256, P_256",
        "ECDSA-SHA384, SHA384, P_384", "ECDSA-SHA512, SHA512, P_384", "ECDSA-SHA3-256, SHA3-256, P_256",
        "ECDSA, NONE, P_256"})
    void ecdsaSignatureIsAccepted(String mechanism, String hash, SoftHsmKey key)
            throws IOException, GeneralSecurityException {
        byte[] signature = signed(key, "--mechanism", mechanism, "--signature-format", "openssl");
        assertVerifies(key, Signature.getInstance(hash + "withECDSA"), signature);
    }

    @Test
    void ed25519SignatureIsAccepted() throws IOException, GeneralSecurityException {
        byte[] signature = signed(SoftHsmKey.ED25519, "--mechanism", "EDDSA");
        assertVerifies(SoftHsmKey.ED25519, Signature.getInstance("Ed25519"), signature);
    }

    @Test
    void keyThatAsksForThePinAtEveryUseGetsIt() throws IOException, GeneralSecurityException {
        byte[] signature = signed(SoftHsmKey.RSA_ALWAYS_AUTHENTICATE, "--mechanism", "SHA256-RSA-PKCS");
        assertVerifies(SoftHsmKey.RSA_ALWAYS_AUTHENTICATE, Signature.getInstance("SHA256withRSA"), signature);
    }

    private String decrypted(byte[] encrypted, String... words) throws IOException {
        Path plain = desk.file("plain");
        desk.pkcs11Tool("--decrypt", "--id", SoftHsmKey.RSA_2048.hexId(), "--input-file",
                desk.file("encrypted", encrypted).toString(), "--output-file", plain.toString()).with(words).run();
        return Files.readString(plain);
    }

    private byte[] encrypted(String transformation, AlgorithmParameterSpec parameters)
            throws IOException, GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(transformation);
        cipher.init(Cipher.ENCRYPT_MODE, desk.publicKey(SoftHsmKey.RSA_2048), parameters);
        return cipher.doFinal("secret".getBytes(UTF_8));
    }

    @Test
    void pkcs1CiphertextIsDecrypted() throws IOException, GeneralSecurityException {
        assertThat(decrypted(encrypted("RSA/ECB/PKCS1Padding", null), "--mechanism", "RSA-PKCS")).isEqualTo("secret");
    }

    @ParameterizedTest
    @CsvSource({"SHA-1, SHA1", "SHA224, SHA224", "SHA256, SHA256", "SHA384, SHA384", "SHA512, SHA512"})
    void oaepCiphertextIsDecrypted(String hash, String mask) throws IOException, GeneralSecurityException {
        String name = mask.replace("SHA", "SHA-");
        byte[] encrypted = encrypted("RSA/ECB/OAEPPadding",
                new OAEPParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), PSource.PSpecified.DEFAULT));
        assertThat(decrypted(encrypted, "--mechanism", "RSA-PKCS-OAEP", "--hash-algorithm", hash, "--mgf",
                "MGF1-" + mask)).isEqualTo("secret");
    }

    @Test
    void sharedSecretIsThatOfTheOtherSide() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair other = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(other.getPrivate());
        agreement.doPhase(desk.publicKey(SoftHsmKey.P_256), true);
        Path derived = desk.file("derived");
        desk.pkcs11Tool("--derive", "--mechanism", "ECDH1-DERIVE", "--id", SoftHsmKey.P_256.hexId(), "--input-file",
                desk.file("other.der", other.getPublic().getEncoded()).toString(), "--output-file",
                derived.toString()).run();
        assertThat(Files.readAllBytes(derived)).isEqualTo(agreement.generateSecret());
    }

    @Test
    void signatureCostsALoginAndAUse() throws IOException {
        long before = desk.requests();
        signed(SoftHsmKey.RSA_2048, "--mechanism", "SHA256-RSA-PKCS");
        assertThat(desk.requests() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void eachFurtherSignatureCostsAUse() throws IOException {
        signed(SoftHsmKey.P_256, "--mechanism", "ECDSA-SHA256");
        long before = desk.requests();
        signed(SoftHsmKey.P_256, "--mechanism", "ECDSA-SHA256");
        assertThat(desk.requests() - before).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void fileIsSignedAndOpenSslAgrees(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("pkcs11-tool").followedOn(Workbench.of(desk, key));
    }

    @Test
    void listingCostsNoRequest() throws IOException {
        long before = desk.requests();
        desk.command("pkcs11-tool", "--module", desk.module().toString(), "--list-objects").run();
        desk.command("pkcs11-tool", "--module", desk.module().toString(), "--list-mechanisms").run();
        assertThat(desk.requests() - before).isZero();
    }

    @Test
    void wrongPinIsToldByItsOwnCode() {
        assertThatThrownBy(() -> desk.command("pkcs11-tool", "--module", desk.module().toString(), "--login", "--pin",
                "000000", "--list-objects").run()).hasMessageContaining("CKR_PIN_INCORRECT");
    }
}
