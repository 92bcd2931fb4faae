package org.remotepkcs11.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.crypto.Data;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.URIReference;
import javax.xml.crypto.URIReferenceException;
import javax.xml.crypto.XMLCryptoContext;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.X509Data;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A signed package (OpenDocument 1.3, part 2, section 5), read by the JDK's XML signatures. */
final class OdfPackage implements AutoCloseable {
    private static final String SIGNATURES = "META-INF/documentsignatures.xml";

    private final ZipFile file;
    private final XMLSignatureFactory signatures = XMLSignatureFactory.getInstance("DOM");
    private final XMLSignature signature;
    private final Element element;

    private OdfPackage(ZipFile file) throws Exception {
        this.file = file;
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        Document document = parsers.newDocumentBuilder().parse(file.getInputStream(file.getEntry(SIGNATURES)));
        nameElements(document.getElementsByTagName("*"));
        element = (Element) document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0);
        signature = signatures.unmarshalXMLSignature(new DOMStructure(element));
    }

    static OdfPackage open(Path path) throws Exception {
        return new OdfPackage(new ZipFile(path.toFile()));
    }

    private static void nameElements(NodeList all) {
        for (int i = 0; i < all.getLength(); i++) {
            Element one = (Element) all.item(i);
            if (one.hasAttribute("Id")) {
                one.setIdAttribute("Id", true);
            }
        }
    }

    /** Whether the first signature is one of this key over the parts as they are. */
    boolean isSignedBy(PublicKey key) throws Exception {
        DOMValidateContext context = new DOMValidateContext(key, element);
        context.setURIDereferencer(this::part);
        return signatures.unmarshalXMLSignature(context).validate(context);
    }

    /** The first certificate beside the first signature. */
    X509Certificate signer() {
        return signature.getKeyInfo().getContent().stream().filter(X509Data.class::isInstance)
                .flatMap(data -> ((X509Data) data).getContent().stream()).filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast).findFirst().orElseThrow();
    }

    private Data part(URIReference reference, XMLCryptoContext context) throws URIReferenceException {
        ZipEntry entry = file.getEntry(reference.getURI());
        try {
            return entry == null ? signatures.getURIDereferencer().dereference(reference, context)
                    : new OctetStreamData(file.getInputStream(entry));
        } catch (IOException e) {
            throw new URIReferenceException(e);
        }
    }

    /** Files of the package that the signature says nothing of. */
    Set<String> unsignedParts() {
        Set<String> parts = file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        signature.getSignedInfo().getReferences().forEach(reference -> parts.remove(((Reference) reference).getURI()));
        parts.remove(SIGNATURES);
        return parts;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
