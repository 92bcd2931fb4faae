package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Optional;
import java.util.Set;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.ExternalSigningSupport;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;

/** An owner who has the prepared PDF file delegates its signature and that of no other; pdfsig is the judge. */
final class PreparedPdfTest {
    private static final String PIN = "5501-virtual";

    @TempDir
    private Path folder;

    private static byte[] page() throws Exception {
        try (PDDocument document = new PDDocument(); ByteArrayOutputStream file = new ByteArrayOutputStream()) {
            document.addPage(new PDPage());
            document.save(file);
            return file.toByteArray();
        }
    }

    private static TestUser mayActAs(TestProxy proxy, byte[] content) throws Exception {
        Id document = Id.of(MessageDigest.getInstance("SHA-256").digest(content));
        TestUser user = proxy.enroll("ugo of one document", UserKey.P_256);
        proxy.owner().delegate(proxy.card(), user.name(), new Limits(Optional.empty(), Optional.empty(), 0, Set.of(),
                Set.of(), Set.of(), Set.of(document)), PIN);
        return user;
    }

    private static byte[] cms(TestUser user, byte[] content) throws Exception {
        Provider provider = new RemotePkcs11Provider().configure(user.configuration().toString());
        KeyStore store = KeyStore.getInstance("RemotePKCS11", provider);
        store.load(null, PIN.toCharArray());
        Certificate[] chain = store.getCertificateChain("p-256");
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().build()).build(new JcaContentSignerBuilder("SHA256withECDSA")
                .setProvider(provider).build((PrivateKey) store.getKey("p-256", null)), (X509Certificate) chain[0]));
        generator.addCertificates(new JcaCertStore(Arrays.asList(chain)));
        return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
    }

    @Test
    void theDelegatedFileIsSignedAndNoOther() throws Exception {
        try (TestProxy proxy = TestProxy.builder().softwareCard("Seal", SoftwareKeyType.P_256).start();
             PDDocument document = Loader.loadPDF(page()); ByteArrayOutputStream file = new ByteArrayOutputStream()) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
            signature.setSignDate(Calendar.getInstance());
            document.addSignature(signature);
            ExternalSigningSupport prepared = document.saveIncrementalForExternalSigning(file);
            byte[] content = prepared.getContent().readAllBytes();
            TestUser user = mayActAs(proxy, content);
            prepared.setSignature(cms(user, content));
            Path signed = Files.write(folder.resolve("signed.pdf"), file.toByteArray());
            assertThat(Command.of("pdfsig", "-nocert", signed.toString()).run())
                    .contains("Signature Validation: Signature is Valid.", "Total document signed");
            byte[] other = content.clone();
            other[other.length / 2]++;
            assertThatThrownBy(() -> cms(user, other)).hasStackTraceContaining("DOCUMENT_FORBIDDEN");
        }
    }
}
