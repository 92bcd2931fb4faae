package org.remotepkcs11.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignatureMethod;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** {@code SignXml ALIAS IN.xml OUT.xml}: an enveloped XML signature with the certificate inside, by the JDK alone. */
public final class SignXml {
    private static final XMLSignatureFactory XML = XMLSignatureFactory.getInstance("DOM");

    private SignXml() {
    }

    public static void main(String[] arguments) throws GeneralSecurityException, IOException, SAXException,
            ParserConfigurationException, MarshalException, XMLSignatureException, TransformerException {
        Card card = Card.open(arguments[0]);
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        Document document = parsers.newDocumentBuilder().parse(Path.of(arguments[1]).toFile());

        KeyInfoFactory infos = XML.getKeyInfoFactory();
        KeyInfo info = infos.newKeyInfo(List.of(infos.newX509Data(card.chain())));
        XML.newXMLSignature(signedInfo(card), info)
                .sign(new DOMSignContext(card.key(), document.getDocumentElement()));

        TransformerFactory.newInstance().newTransformer()
                .transform(new DOMSource(document), new StreamResult(Path.of(arguments[2]).toFile()));
        System.out.println(arguments[2] + ": signed by " + card.certificate().getSubjectX500Principal());
    }

    private static SignedInfo signedInfo(Card card) throws GeneralSecurityException {
        String method = card.key().getAlgorithm().equals("RSA") ? SignatureMethod.RSA_SHA256 : SignatureMethod.ECDSA_SHA256;
        Reference whole = XML.newReference("", XML.newDigestMethod(DigestMethod.SHA256, null),
                List.of(XML.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null)), null, null);
        return XML.newSignedInfo(
                XML.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                XML.newSignatureMethod(method, null), List.of(whole));
    }
}
