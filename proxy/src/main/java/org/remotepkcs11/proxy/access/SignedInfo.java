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
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads an XML-DSig SignedInfo, W3C XML Signature section 4.4, as it is signed. */
final class SignedInfo {
    private static final int MAX_BYTES = 64 << 10;
    private static final String NAMESPACE = "http://www.w3.org/2000/09/xmldsig#";
    /** None of them can make one document look like another. */
    private static final Set<String> PLAIN = Set.of(NAMESPACE + "enveloped-signature",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2001/10/xml-exc-c14n#",
            "http://www.w3.org/2006/12/xml-c14n11");

    private SignedInfo() {
    }

    /** The digest of each reference; none if this is no SignedInfo, or one whose references are not plain. */
    static List<byte[]> digests(byte[] xml) {
        if (xml.length > MAX_BYTES) {
            return List.of();
        }
        try {
            Element root = parsed(xml);
            List<byte[]> digests = new ArrayList<>();
            for (Element child : children(root)) {
                if (is(child, "Reference")) {
                    digests.add(digest(child));
                }
            }
            return is(root, "SignedInfo") ? digests : List.of();
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
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform parses XML", e);
        }
    }

    private static byte[] digest(Element reference) {
        List<byte[]> values = new ArrayList<>();
        for (Element child : children(reference)) {
            if (is(child, "DigestValue")) {
                values.add(Base64.getDecoder().decode(child.getTextContent().replaceAll("\\s", "")));
            } else if (is(child, "Transforms") && !children(child).stream().allMatch(SignedInfo::isPlain)) {
                throw new IllegalArgumentException("a transform that may hide something");
            }
        }
        if (values.size() != 1) {
            throw new IllegalArgumentException("a reference with " + values.size() + " digests");
        }
        return values.get(0);
    }

    private static boolean isPlain(Element transform) {
        return is(transform, "Transform") && PLAIN.contains(transform.getAttribute("Algorithm"));
    }

    private static boolean is(Element element, String name) {
        return NAMESPACE.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
    }

    private static List<Element> children(Element parent) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
