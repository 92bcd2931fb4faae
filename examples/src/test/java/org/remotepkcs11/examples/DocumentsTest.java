package org.remotepkcs11.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;

/** A delegation for two documents, through tools that do not know of it. */
final class DocumentsTest {
    private static Desk desk;

    @BeforeAll
    static void sitDown(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, new Limits(Optional.empty(), Optional.empty(), 0, Set.of(), Set.of(), Set.of(),
                Set.of(sha256("Dear Sir or Madam\n"), sha256("<order><item>7</item></order>"))));
        Files.writeString(desk.file("other.txt"), "Dear Others\n");
        Files.writeString(desk.file("other.xml"), "<order><item>8</item></order>");
    }

    @AfterAll
    static void standUp() {
        desk.close();
    }

    private static Id sha256(String text) throws Exception {
        return Id.of(MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2048", "p-256"})
    void theDocumentIsSignedDirectlyAndAnotherIsNot(String alias) throws Exception {
        desk.shell("examples/java.sh SignFile " + alias + " letter.txt");
        assertThat(desk.shell("! examples/java.sh SignFile " + alias + " other.txt 2>&1"))
                .contains("the delegation is for other documents");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2048", "p-256"})
    void theDocumentIsSignedByCmsWhoseSignedAttributesAreSentAlongAndAnotherIsNot(String alias) throws Exception {
        assertThat(desk.shell("examples/cms.sh letter.txt " + alias)).contains("CMS Verification successful");
        assertThat(desk.shell("! examples/cms.sh other.txt " + alias + " 2>&1"))
                .contains("for another document").contains("the delegation is for other documents");
    }

    @Test
    void theDocumentIsSignedAsXmlWhoseSignedInfoIsSentAlongAndAnotherIsNot() throws Exception {
        desk.shell("examples/java.sh SignXml rsa-2048 order.xml signed.xml");
        assertThat(desk.shell("! examples/java.sh SignXml rsa-2048 other.xml signed.xml 2>&1"))
                .contains("for another document");
    }

    @Test
    void aPdfOfAnotherContentIsNotSigned() throws Exception {
        assertThat(desk.shell("! examples/pdf.sh report.pdf signed.pdf p-256 2>&1")).contains("for another document");
    }

    @Test
    void aJarOfOtherContentIsNotSignedAndJarsignerSaysWhy() throws Exception {
        assertThat(desk.shell("! examples/jarsigner.sh program.jar p-256 2>&1"))
                .contains("for another document");
    }
}
