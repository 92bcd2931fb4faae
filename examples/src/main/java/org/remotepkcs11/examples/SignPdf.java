package org.remotepkcs11.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Calendar;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cms.CMSProcessableByteArray;

/** {@code SignPdf ALIAS IN.pdf OUT.pdf}, with PDFBox. */
public final class SignPdf {
    private SignPdf() {
    }

    public static void main(String[] arguments) throws GeneralSecurityException, IOException {
        Card card = Card.open(arguments[0]);
        Path out = Path.of(arguments[2]);
        try (PDDocument document = Loader.loadPDF(Path.of(arguments[1]).toFile());
             OutputStream output = Files.newOutputStream(out)) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
            signature.setName(card.certificate().getSubjectX500Principal().getName());
            signature.setSignDate(Calendar.getInstance());
            document.addSignature(signature, content -> CmsSignature.of(
                    new CMSProcessableByteArray(content.readAllBytes()), card).getEncoded());
            document.saveIncremental(output);
        }
        System.out.println(out + ": signed by " + card.certificate().getSubjectX500Principal());
    }
}
