package org.remotepkcs11.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.w3c.dom.Document;
import org.w3c.dom.Node;

/** Each example runs as it stands, and others agree with what it made. */
final class ExamplesTest {
    private static Desk desk;

    @BeforeAll
    static void sitDown(@TempDir Path folder) throws Exception {
        desk = new Desk(folder);
    }

    @AfterAll
    static void standUp() {
        desk.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2048", "p-256"})
    void aJarIsSignedByJarsigner(String alias) throws Exception {
        assertThat(desk.shell("examples/jarsigner.sh program.jar " + alias)).contains("jar verified.");
    }

    @Test
    void theCardIsListedByKeytool() throws Exception {
        assertThat(desk.shell("examples/keytool.sh")).contains("rsa-2048").contains("p-256");
    }

    @Test
    void aFileIsSignedAndOpenSslAgrees() throws Exception {
        assertThat(desk.shell("""
                examples/java.sh SignFile p-256 letter.txt
                openssl dgst -sha256 -verify p-256.pub -signature letter.txt.sig letter.txt
                """)).contains("verified").contains("Verified OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2048", "p-256"})
    void aCmsSignatureIsVerifiedByOpenSsl(String alias) throws Exception {
        assertThat(desk.shell("examples/cms.sh letter.txt " + alias)).contains("CMS Verification successful");
    }

    @Test
    void aPdfSignatureIsVerifiedByPdfsig() throws Exception {
        assertThat(desk.shell("examples/pdf.sh report.pdf signed.pdf p-256")).contains("Signature is Valid");
    }

    @Test
    void aWebServerSeesTheCardsCertificate() throws Exception {
        assertThat(desk.shell("examples/java.sh TlsClient \"$PAGE\" server.pem")).contains("status 200")
                .contains("hello CN=Olive Owner");
    }

    @Test
    void anXmlSignatureIsValidAndBreaksWithTheDocument() throws Exception {
        desk.shell("examples/java.sh SignXml rsa-2048 order.xml signed.xml");
        assertThat(valid(desk.file("signed.xml"), "7")).isTrue();
        assertThat(valid(desk.file("signed.xml"), "8")).isFalse();
    }

    private static boolean valid(Path file, String item) throws Exception {
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        Document document = parsers.newDocumentBuilder().parse(file.toFile());
        document.getElementsByTagName("item").item(0).setTextContent(item);
        Node signature = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0);
        DOMValidateContext context = new DOMValidateContext(
                KeySelector.singletonKeySelector(desk.certificate(SoftHsmKey.RSA_2048).getPublicKey()), signature);
        return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
    }
}
