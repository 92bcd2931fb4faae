package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** LibreOffice, unmodified, without a screen; what it signs is judged by the JDK, OpenSSL and Poppler. */
@Tool(name = "LibreOffice", version = {"dpkg-query", "-W", "libreoffice-writer"}, guide = "libreoffice")
class LibreOfficeTest {
    private static final String EXAMPLES = Path.of("../examples").toAbsolutePath().normalize().toString();

    private final Desk desk;

    LibreOfficeTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "P_256"})
    void documentAndPdfFileAreSignedAsTheGuideSays(SoftHsmKey key) throws Exception {
        Workbench bench = Workbench.of(desk, key).set("PATH", EXAMPLES + ":" + System.getenv("PATH"));
        Guide.named("libreoffice").followedOn(bench);
        try (OdfPackage odt = OdfPackage.open(bench.file("letter.odt"))) {
            assertThat(odt.isSignedBy(desk.publicKey(key))).isTrue();
            assertThat(odt.unsignedParts()).isEmpty();
        }
        assertThat(new PdfFile(bench.file("letter.pdf")).verifiedUnder(bench.file("authority.pem")))
                .contains("CMS Verification successful");
    }
}
