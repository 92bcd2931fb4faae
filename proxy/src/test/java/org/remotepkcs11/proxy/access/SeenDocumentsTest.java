package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

class SeenDocumentsTest {
    private static final Id DOCUMENT = Id.of(Office.sha256("the contract"));

    private static Operation sign(byte[] digest) {
        return new Operation(DOCUMENT, Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS, digest);
    }

    private static SeenDocuments signedInfo(byte[] digest, int references) {
        String reference = "<ds:Reference URI=\"\"><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">"
                + "</ds:DigestMethod><ds:DigestValue>" + Base64.getEncoder().encodeToString(digest)
                + "</ds:DigestValue></ds:Reference>";
        String info = "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:CanonicalizationMethod "
                + "Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"></ds:CanonicalizationMethod><ds:SignatureMethod "
                + "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></ds:SignatureMethod>"
                + String.join("", Collections.nCopies(references, reference)) + "</ds:SignedInfo>";
        return SeenDocuments.of(sign(Office.sha256(info)).with(info.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void bareDigestIsNoDocument() {
        assertThat(SeenDocuments.of(sign(DOCUMENT.bytes()))).isEqualTo(new SeenDocuments(List.of(), DOCUMENT));
        assertThat(SeenDocuments.of(sign(DOCUMENT.bytes()).with("another".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new SeenDocuments(List.of(), DOCUMENT));
    }

    @Test
    void documentThatWasSentIsSeen() {
        assertThat(SeenDocuments.of(sign(DOCUMENT.bytes()).with("the contract".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new SeenDocuments(List.of(DOCUMENT), Id.NONE));
    }

    @Test
    void documentWhoseDigestWasCutToTheOrderOfTheCurveIsSeenWhole() throws Exception {
        byte[] document = "the contract".getBytes(StandardCharsets.UTF_8);
        byte[] digest = MessageDigest.getInstance("SHA-384").digest(document);
        assertThat(SeenDocuments.of(sign(Arrays.copyOf(digest, 32)).with(document)))
                .isEqualTo(new SeenDocuments(List.of(Id.of(digest)), Id.NONE));
    }

    @Test
    void allReferencesAreSeenOrNone() {
        assertThat(signedInfo(DOCUMENT.bytes(), 16).documents()).hasSize(16);
        SeenDocuments many = signedInfo(DOCUMENT.bytes(), 17);
        assertThat(many.documents()).isEmpty();
        assertThat(many.digest().isNone()).isFalse();
        assertThat(signedInfo(new byte[65], 1).documents()).isEmpty();
    }
}
