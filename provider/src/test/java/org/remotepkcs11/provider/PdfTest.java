package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Calendar;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.testkit.Command;

/** PDFBox signs with a remote key; poppler's pdfsig is the judge. */
final class PdfTest {
    private static final Station STATION = Station.softHsm();

    @TempDir
    private Path folder;

    @BeforeEach
    void install() {
        Security.addProvider(STATION.provider());
    }

    @AfterEach
    void remove() {
        Security.removeProvider("RemotePKCS11");
    }

    @ParameterizedTest
    @CsvSource({"SHA256withRSA, rsa-2048", "SHA256withECDSA, p-256"})
    void pdfsigVerifiesTheSignature(String algorithm, String alias) throws Exception {
        Path signed = sign(algorithm, alias);
        String verdict = Command.of("pdfsig", "-nssdir", nssTrusting(), signed.toString()).run();
        assertThat(verdict).contains("Signature Validation: Signature is Valid.")
                .contains("Certificate Validation: Certificate is Trusted.")
                .contains("Total document signed");
    }

    private Path sign(String algorithm, String alias) throws Exception {
        Path unsigned = folder.resolve("unsigned.pdf");
        try (PDDocument document = new PDDocument()) {
            document.addPage(new PDPage());
            document.save(unsigned.toFile());
        }
        Path signed = folder.resolve("signed.pdf");
        try (PDDocument document = Loader.loadPDF(unsigned.toFile());
             OutputStream output = new FileOutputStream(signed.toFile())) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
            signature.setName("Olga Owner");
            signature.setSignDate(Calendar.getInstance());
            document.addSignature(signature, content -> cms(content, algorithm, alias));
            document.saveIncremental(output);
        }
        return signed;
    }

    private static byte[] cms(InputStream content, String algorithm, String alias) throws IOException {
        try {
            KeyStore store = STATION.keyStore();
            Certificate[] chain = store.getCertificateChain(alias);
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                    new JcaDigestCalculatorProviderBuilder().build()).build(
                    new JcaContentSignerBuilder(algorithm).build((PrivateKey) store.getKey(alias, null)),
                    (X509Certificate) chain[0]));
            generator.addCertificates(new JcaCertStore(Arrays.asList(chain)));
            return generator.generate(new CMSProcessableByteArray(content.readAllBytes()), false).getEncoded();
        } catch (GeneralSecurityException | OperatorCreationException | CMSException e) {
            throw new IOException(e);
        }
    }

    /** An NSS database that trusts the card's authority. */
    private String nssTrusting() throws Exception {
        Path database = Files.createDirectory(folder.resolve("nss"));
        Path anchor = OpenSsl.pem(folder.resolve("anchor.pem"), STATION.anchor());
        Command.of("certutil", "-N", "-d", "sql:" + database, "--empty-password").run();
        Command.of("certutil", "-A", "-d", "sql:" + database, "-n", "anchor", "-t", "CT,CT,CT", "-i", anchor.toString())
                .run();
        return "sql:" + database;
    }
}
