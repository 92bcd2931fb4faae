package org.remotepkcs11.proxy.cards.software;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.CertificateObject;

/** Other programs use the file of a software card as what it is: PKCS #12. */
class SoftwareCardFileTest {
    private static final String PIN = "tulip 4711";

    @TempDir
    Path folder;
    private Path file;

    @BeforeEach
    void makeCard() throws Exception {
        file = folder.resolve("demo.p12");
        try (CardPin pin = CardPin.ofUtf8(PIN.getBytes(StandardCharsets.UTF_8))) {
            SoftwareCard.create(file, pin, SoftwareCardSpec.of("Demo card", "Olive Owner")
                    .withKeys(SoftwareKeyType.RSA_2048, SoftwareKeyType.P_256, SoftwareKeyType.ED25519));
        }
    }

    @Test
    void opensslReadsEveryKey() throws Exception {
        Path password = Files.writeString(folder.resolve("pin"), PIN);
        String out = run("openssl", "pkcs12", "-in", file.toString(), "-passin", "file:" + password, "-nodes");
        assertThat(out.split("BEGIN PRIVATE KEY", -1)).hasSize(4);
        assertThat(out.split("BEGIN CERTIFICATE", -1)).hasSize(5);
    }

    @Test
    void theJdkReadsKeysAndChains() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(Files.newInputStream(file), PIN.toCharArray());
        assertThat(store.getCertificateChain("rsa-2048")).hasSize(2);
        assertThat(store.getKey("p-256", PIN.toCharArray()).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void jarsignerAcceptsItsCertificatesStrictly() throws Exception {
        for (String alias : List.of("rsa-2048", "p-256", "ed25519")) {
            Path jar = jar(alias);
            run(java("jarsigner"), "-keystore", file.toString(), "-storepass", PIN, jar.toString(), alias);
            String out = run(java("jarsigner"), "-verify", "-strict", "-keystore", trustStore().toString(),
                    "-storepass", "changeit", jar.toString());
            assertThat(out).contains("jar verified").doesNotContain("Error:");
        }
    }

    private Path trustStore() throws Exception {
        List<CertificateObject> shown = SoftwareCards.in("software", folder, java.time.Duration.ofMinutes(1)).scan(true)
                .get(0).describe().certificates();
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("authority", certificate(shown.get(shown.size() - 1)));
        Path path = folder.resolve("trust.store");
        try (OutputStream out = Files.newOutputStream(path)) {
            trust.store(out, "changeit".toCharArray());
        }
        return path;
    }

    private static X509Certificate certificate(CertificateObject shown) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.ByteArrayInputStream(shown.der()));
    }

    private Path jar(String name) throws IOException {
        Path path = folder.resolve(name + ".jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(path))) {
            jar.putNextEntry(new ZipEntry("a.txt"));
            jar.write("a".getBytes(StandardCharsets.UTF_8));
        }
        return path;
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }
}
