package org.remotepkcs11.proxy.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads an XML-DSig SignedInfo, W3C XML Signature section 4.4, as it is signed. It is taken only in its plainest form:
 * what else it held would be signed too, and could be a document of its own.
 */
final class SignedInfo {
    private static final int MAX_BYTES = 64 << 10;
    private static final String MAX_DEPTH = "16";
    private static final String NAMESPACE = "http://www.w3.org/2000/09/xmldsig#";
    private static final String EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
    private static final Set<String> CANONICALISATIONS = Set.of("http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            EXCLUSIVE, "http://www.w3.org/2006/12/xml-c14n11");
    private static final String ENVELOPED = NAMESPACE + "enveloped-signature";

    private SignedInfo() {
    }

    /** The digest of each reference; none if this is no SignedInfo, or one that is not plain. */
    static List<byte[]> digests(byte[] xml) {
        if (xml.length > MAX_BYTES) {
            return List.of();
        }
        try {
            Element root = parsed(xml);
            List<Element> parts = children(root);
            require(is(root, "SignedInfo") && parts.size() > 2, "no SignedInfo");
            require(is(parts.get(0), "CanonicalizationMethod") && isCanonicalisation(parts.get(0)), "another form");
            require(is(parts.get(1), "SignatureMethod") && children(parts.get(1)).isEmpty(), "another method");
            return parts.stream().skip(2).map(SignedInfo::digest).toList();
        } catch (SAXException | IOException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /** A document type is refused, so that nothing outside is read and nothing inside grows. */
    private static Element parsed(byte[] xml) throws SAXException, IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute("http://www.oracle.com/xml/jaxp/properties/maxElementDepth", MAX_DEPTH);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform parses XML", e);
        }
    }

    private static byte[] digest(Element reference) {
        require(is(reference, "Reference"), "something beside the references");
        List<Element> parts = children(reference);
        if (!parts.isEmpty() && is(parts.get(0), "Transforms")) {
            require(children(parts.get(0)).stream().allMatch(SignedInfo::isPlain), "a transform that may hide something");
            parts = parts.subList(1, parts.size());
        }
        require(parts.size() == 2 && is(parts.get(0), "DigestMethod") && children(parts.get(0)).isEmpty()
                && is(parts.get(1), "DigestValue"), "a reference without its one digest");
        return Base64.getDecoder().decode(text(parts.get(1)).replaceAll("\\s", ""));
    }

    /** None of them can make one document look like another. */
    private static boolean isPlain(Element transform) {
        return is(transform, "Transform") && (isCanonicalisation(transform)
                || ENVELOPED.equals(transform.getAttribute("Algorithm")) && children(transform).isEmpty());
    }

    private static boolean isCanonicalisation(Element method) {
        return CANONICALISATIONS.contains(method.getAttribute("Algorithm")) && children(method).stream()
                .allMatch(child -> EXCLUSIVE.equals(child.getNamespaceURI()) && children(child).isEmpty());
    }

    private static boolean is(Element element, String name) {
        return NAMESPACE.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
    }

    /** Elements with nothing but white space between them. */
    private static List<Element> children(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                elements.add(element);
            } else {
                require(node.getNodeType() == Node.TEXT_NODE && node.getNodeValue().isBlank(), "text between elements");
            }
        }
        return elements;
    }

    private static String text(Element element) {
        StringBuilder text = new StringBuilder();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            require(node.getNodeType() == Node.TEXT_NODE, "a digest that is not plain text");
            text.append(node.getNodeValue());
        }
        return text.toString();
    }

    private static void require(boolean held, String objection) {
        if (!held) {
            throw new IllegalArgumentException(objection);
        }
    }
}
