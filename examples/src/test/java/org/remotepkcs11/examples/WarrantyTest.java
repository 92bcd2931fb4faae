package org.remotepkcs11.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.Warranty;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;

/** What unmodified tools sign by a delegation with warranty says so; judged by OpenSSL, jarsigner and poppler. */
final class WarrantyTest {
    private static final Instant END = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);
    private static final Limits LIMITS = new Limits(Optional.empty(), Optional.of(END), 0, Set.of(), Set.of(), Set.of(),
            Set.of()).withWarranty();
    private static final String VERIFY = "openssl cms -verify -binary -inform DER -in letter.txt.p7s -content letter.txt"
            + " -CAfile delegations.pem -purpose any -out /dev/null ";

    private static Desk desk;
    private static String notice;

    @BeforeAll
    static void sitDown(@TempDir Path folder) throws Exception {
        desk = new Desk(folder, LIMITS);
        notice = "signed by ugo on behalf of olivia, delegation #" + desk.proxy().delegation();
        Files.writeString(desk.file("delegations.pem"), Desk.pem("CERTIFICATE",
                desk.proxy().server().home().delegationCertificate().getEncoded()));
    }

    @AfterAll
    static void standUp() {
        desk.close();
    }

    @Test
    void aJarSignedByJarsignerCarriesTheNoticeAndIsVerifiedUnderTheDelegationAuthority() throws Exception {
        String shown = desk.shell("""
                examples/jarsigner.sh program.jar rsa-2048
                keytool -importcert -noprompt -alias a -file delegations.pem -keystore trust.p12 -storepass changeit
                jarsigner -verify -verbose -certs -keystore trust.p12 -storepass changeit program.jar
                jar xf program.jar META-INF/RSA-2048.RSA
                openssl pkcs7 -inform DER -in META-INF/RSA-2048.RSA -print_certs -text -noout
                """);
        assertThat(shown).contains("jar verified.").contains("CN=ugo on behalf of olivia")
                .doesNotContain("CertPath not validated").contains("Policy: " + Warranty.POLICY)
                .contains("Explicit Text: " + notice);
    }

    @Test
    void aCmsSignatureIsVerifiedByOpenSslUnderThePolicyWithinTheDelegationsTime() throws Exception {
        desk.shell("examples/java.sh SignCms p-256 letter.txt");
        String policy = "-policy_check -explicit_policy -policy ";
        assertThat(desk.shell(VERIFY + policy + Warranty.POLICY + " -x509_strict")).contains("Verification successful");
        assertThat(desk.shell("! " + VERIFY + policy + "2.25.1")).contains("no explicit policy");
        assertThat(desk.shell(VERIFY + "-attime " + (END.getEpochSecond() - 1))).contains("Verification successful");
        assertThat(desk.shell("! " + VERIFY + "-attime " + (END.getEpochSecond() + 1))).contains("expired");
    }

    @Test
    void thePdfSignatureIsShownWithOwnerAndUserByPdfsig() throws Exception {
        assertThat(desk.shell("""
                examples/pdf.sh report.pdf signed.pdf p-256
                """)).contains("Signature is Valid").contains("Signer Certificate Common Name: ugo on behalf of olivia");
    }

    @Test
    void theRevokedDelegationsCertificateIsRevokedFromThenOn() throws Exception {
        TestUser una = desk.proxy().enroll("una", UserKey.P_256);
        Id delegation = desk.proxy().owner().delegate(desk.proxy().card(), "una", LIMITS, "4712-virtual");
        Files.writeString(desk.file("una.pem"), Desk.pem("CERTIFICATE", shown(una)));
        list("before.crl");
        desk.proxy().owner().revoke(delegation);
        list("after.crl");
        String verify = "openssl verify -CAfile delegations.pem -crl_check -CRLfile ";
        assertThat(desk.shell(verify + "before.crl una.pem")).contains("una.pem: OK");
        assertThat(desk.shell("! " + verify + "after.crl una.pem")).contains("certificate revoked");
        assertThat(desk.shell("openssl crl -in after.crl -noout -text")).contains("Privilege Withdrawn");
    }

    private static byte[] shown(TestUser user) throws Exception {
        Outcome.Opened opened = desk.proxy().client(user).open();
        return opened.snapshot().orElseThrow().cards().get(0).certificates().get(0).der();
    }

    private static void list(String name) throws Exception {
        Files.writeString(desk.file(name), Desk.pem("X509 CRL",
                desk.proxy().server().home().delegationRevocations().getEncoded()));
    }

    @Test
    void withoutWarrantyTheOwnersCertificateIsUntouched() throws Exception {
        TestUser ulla = desk.proxy().enroll("ulla", UserKey.P_256);
        desk.proxy().owner().delegate(desk.proxy().card(), "ulla", Limits.NONE, "4713-virtual");
        X509Certificate seen = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(shown(ulla)));
        assertThat(seen.getSubjectX500Principal().getName()).startsWith("CN=Olive Owner");
    }
}
