package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.remotepkcs11.proxy.authority.Warranty;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;

/** A user with warranty, by unmodified native programs: pkcs11-tool, OpenSSL's engine, pdfsig and LibreOffice. */
@ExtendWith(DeskParameter.class)
class WarrantyTest {
    private static final String PIN = "7011-virtual";

    private final Desk desk;
    private TestUser user;
    private Id delegation;

    WarrantyTest(Desk desk) {
        this.desk = desk;
    }

    @BeforeEach
    void delegateWithWarranty() throws Exception {
        String name = "wanda " + Id.random().toString().substring(0, 8);
        user = desk.proxy().enroll(name, UserKey.P_256);
        delegation = desk.proxy().owner().delegate(desk.proxy().card(Desk.TOKEN), name, Limits.NONE.withWarranty(), PIN);
        Files.writeString(desk.file("delegations.pem"), "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder()
                .encodeToString(desk.proxy().server().home().delegationCertificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n");
        Files.writeString(desk.file("warranty.cnf"), String.join("\n", "openssl_conf = main", "[main]",
                "engines = engines", "[engines]", "pkcs11 = remote", "[remote]", "engine_id = pkcs11",
                "MODULE_PATH = " + desk.module(), "PIN = " + PIN, "init = 0", ""));
    }

    private Command asWanda(String... words) {
        return desk.command("env", "RPKCS11_CONFIG=" + user.configuration(), "OPENSSL_CONF=" + desk.file("warranty.cnf"))
                .with(words);
    }

    @Test
    void openSslSignsCmsWithTheCertificateThatTheTokenShows() throws Exception {
        Path letter = desk.file("letter", "Dear Sir or Madam\n".getBytes(UTF_8));
        Path signed = desk.file("with-warranty.pem");
        asWanda("pkcs11-tool", "--module", desk.module().toString(), "--token-label", Desk.TOKEN, "--read-object",
                "--type", "cert", "--label", SoftHsmKey.P_256.label(), "-o", desk.file("shown.der").toString()).run();
        Command.of("openssl", "x509", "-inform", "DER", "-in", desk.file("shown.der").toString(), "-out",
                desk.file("shown.pem").toString()).run();
        asWanda("openssl", "cms", "-sign", "-engine", "pkcs11", "-keyform", "engine", "-inkey",
                "pkcs11:token=" + Desk.TOKEN + ";object=" + SoftHsmKey.P_256.label() + ";type=private", "-signer",
                desk.file("shown.pem").toString(), "-in", letter.toString(), "-out", signed.toString()).run();
        assertThat(Command.of("openssl", "cms", "-verify", "-in", signed.toString(), "-CAfile",
                desk.file("delegations.pem").toString(), "-purpose", "any", "-policy", Warranty.POLICY,
                "-explicit_policy").run()).contains("Dear Sir or Madam");
        assertThat(Command.of("openssl", "x509", "-in", desk.file("shown.pem").toString(), "-noout", "-text").run())
                .contains("Explicit Text: signed by " + user.name() + " on behalf of olivia, delegation #" + delegation);
    }

    /** As {@code docs/guides} say it, by a verifier who trusts the delegation authority. */
    private Workbench bench() throws Exception {
        Workbench bench = Workbench.of(desk, SoftHsmKey.P_256).set("RPKCS11_CONFIG", user.configuration().toString())
                .set("RPKCS11_PIN", PIN);
        Files.copy(desk.file("delegations.pem"), bench.file("authority.pem"), StandardCopyOption.REPLACE_EXISTING);
        return bench;
    }

    private String signer() {
        return user.name() + " on behalf of olivia";
    }

    private void assertCarriesTheNotice(PdfFile file) throws Exception {
        assertThat(file.verifiedUnder(desk.file("delegations.pem"))).contains("CMS Verification successful");
        assertThat(Command.of("openssl", "pkcs7", "-inform", "DER", "-in",
                file.path().resolveSibling("signature.der").toString(), "-print_certs", "-text", "-noout").run())
                .contains("Policy: " + Warranty.POLICY)
                .contains("Explicit Text: signed by " + signer() + ", delegation #" + delegation);
    }

    @Test
    void pdfsigSignsAndShowsWhoSignedForWhom() throws Exception {
        Workbench bench = bench();
        PdfFile.empty(bench.file("report.pdf"));
        String shown = bench.shell(Guide.named("pdfsig").script());
        assertThat(shown).contains("Signer Certificate Common Name: " + signer())
                .contains("Signature Validation: Signature is Valid.")
                .contains("Certificate Validation: Certificate is Trusted.");
        assertCarriesTheNotice(new PdfFile(bench.file("signed.pdf")));
    }

    @Test
    void libreOfficeSignsDocumentAndPdfFile() throws Exception {
        String examples = Path.of("../examples").toAbsolutePath().normalize().toString();
        Workbench bench = bench().set("PATH", examples + ":" + System.getenv("PATH"));
        String shown = bench.shell(Guide.named("libreoffice").script().replace("Olive Owner $KEY", signer()));
        assertThat(shown).contains("Certificate Validation: Certificate is Trusted.");
        assertCarriesTheNotice(new PdfFile(bench.file("letter.pdf")));
        try (OdfPackage odt = OdfPackage.open(bench.file("letter.odt"))) {
            X509Certificate signer = odt.signer();
            signer.verify(desk.proxy().server().home().delegationCertificate().getPublicKey());
            assertThat(odt.isSignedBy(signer.getPublicKey())).isTrue();
            assertThat(signer.getSubjectX500Principal().getName()).contains("CN=" + signer());
            assertThat(new String(signer.getExtensionValue("2.5.29.32"), UTF_8)).contains("delegation #" + delegation);
        }
    }

    @Test
    void idsOfKeyAndCertificateStayTheSame() throws Exception {
        String owners = desk.pkcs11Tool("--list-objects").run();
        String shown = asWanda("pkcs11-tool", "--module", desk.module().toString(), "--token-label", Desk.TOKEN,
                "--list-objects", "--login", "--pin", PIN).run();
        assertThat(owners.lines().filter(line -> line.strip().startsWith("ID:")).map(String::strip).distinct().toList())
                .isSubsetOf(shown.lines().map(String::strip).toList());
        assertThat(shown).contains("delegation authority").contains(user.name() + " on behalf of olivia");
    }
}
