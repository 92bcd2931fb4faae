package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.Security;
import java.util.List;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The JDK's XML digital signatures with a remote key. */
final class XmlSignatureTest {
    private static final Station STATION = Station.softHsm();
    private static final XMLSignatureFactory XML = XMLSignatureFactory.getInstance("DOM");

    @BeforeEach
    void install() {
        Security.addProvider(STATION.provider());
    }

    @AfterEach
    void remove() {
        Security.removeProvider("RemotePKCS11");
    }

    @ParameterizedTest
    @CsvSource({"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256, rsa-2048",
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1, rsa-2048",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256, p-256",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384, p-384"})
    void documentsAreSignedAndVerified(String algorithm, String alias) throws Exception {
        Document document = document("<order><item>7</item></order>");
        sign(document, algorithm, alias);
        PublicKey key = STATION.certificate(alias).getPublicKey();
        assertThat(verify(document, key)).isTrue();
        document.getDocumentElement().getFirstChild().setTextContent("8");
        assertThat(verify(document, key)).isFalse();
    }

    private static void sign(Document document, String algorithm, String alias) throws Exception {
        Reference whole = XML.newReference("", XML.newDigestMethod(DigestMethod.SHA256, null),
                List.of(XML.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null)), null, null);
        SignedInfo info = XML.newSignedInfo(
                XML.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                XML.newSignatureMethod(algorithm, null), List.of(whole));
        DOMSignContext context = new DOMSignContext(STATION.key(alias), document.getDocumentElement());
        if (algorithm.endsWith("MGF1")) {
            // The JDK sets PSS parameters before the key, which fixes the provider: it must be named.
            context.setProperty("org.jcp.xml.dsig.internal.dom.SignatureProvider", STATION.provider());
        }
        XML.newXMLSignature(info, null).sign(context);
    }

    private static boolean verify(Document document, PublicKey key) throws Exception {
        Element signature = (Element) document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0);
        DOMValidateContext context = new DOMValidateContext(KeySelector.singletonKeySelector(key), signature);
        return XML.unmarshalXMLSignature(context).validate(context);
    }

    private static Document document(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(text.getBytes()));
    }
}
