package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** Poppler's {@code pdfsig}, unmodified, which signs by NSS as Acrobat does; judged by OpenSSL. */
@Tool(name = "pdfsig of Poppler", version = {"pdfsig", "-v"}, guide = "pdfsig")
class PdfsigTest {
    private final Desk desk;

    PdfsigTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "P_256"})
    void pdfFileIsSignedAsTheGuideSays(SoftHsmKey key) throws Exception {
        Workbench bench = Workbench.of(desk, key);
        PdfFile.empty(bench.file("report.pdf"));
        Guide.named("pdfsig").followedOn(bench);
        assertThat(new PdfFile(bench.file("signed.pdf")).verifiedUnder(bench.file("authority.pem")))
                .contains("CMS Verification successful");
    }
}
