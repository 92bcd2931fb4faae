package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified Bouncy Castle makes and opens CMS with remote keys; OpenSSL is the other side. */
final class CmsTest {
    private static final Station STATION = Station.softHsm();
    private static final byte[] CONTENT = "the content\r\n".getBytes();

    @TempDir
    private Path folder;

    @BeforeEach
    void install() {
        Security.addProvider(new BouncyCastleProvider());
        Security.addProvider(STATION.provider());
    }

    @AfterEach
    void remove() {
        Security.removeProvider("RemotePKCS11");
        Security.removeProvider("BC");
    }

    @ParameterizedTest
    @CsvSource({"SHA256withRSA, rsa-2048", "SHA512withRSA, rsa-2048", "SHA256withRSAandMGF1, rsa-2048",
        "SHA256withECDSA, p-256", "SHA384withECDSA, p-384"})
    void signaturesAreVerifiedByOpenSsl(String algorithm, String alias) throws Exception {
        KeyStore store = STATION.keyStore();
        Certificate[] chain = store.getCertificateChain(alias);
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().build()).build(
                new JcaContentSignerBuilder(algorithm).build((PrivateKey) store.getKey(alias, null)),
                (X509Certificate) chain[0]));
        generator.addCertificates(new JcaCertStore(Arrays.asList(chain)));
        CMSSignedData signed = generator.generate(new CMSProcessableByteArray(CONTENT), true);
        Path file = Files.write(folder.resolve("signed.p7m"), signed.getEncoded());
        Path anchor = OpenSsl.pem(folder.resolve("anchor.pem"), STATION.anchor());
        OpenSsl.run("cms", "-verify", "-binary", "-inform", "DER", "-in", file.toString(), "-CAfile", anchor.toString(),
                "-purpose", "any", "-out", folder.resolve("content").toString());
        assertThat(folder.resolve("content")).hasBinaryContent(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs1", "oaep"})
    void whatOpenSslEncryptedForRsaIsDecrypted(String padding) throws Exception {
        CMSEnvelopedData enveloped = encrypt("rsa-2048", "rsa_padding_mode:" + padding);
        assertThat(open(enveloped, new JceKeyTransEnvelopedRecipient(STATION.key("rsa-2048")))).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha1", "sha256", "sha384", "sha512"})
    void whatOpenSslEncryptedForEcdhIsDecrypted(String kdf) throws Exception {
        CMSEnvelopedData enveloped = encrypt("p-256", "ecdh_kdf_md:" + kdf);
        assertThat(open(enveloped, recipient("p-256"))).isEqualTo(CONTENT);
    }

    @Test
    void whatBouncyCastleEncryptedForEcdhIsDecrypted() throws Exception {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
        pairs.initialize(384);
        KeyPair sender = pairs.generateKeyPair();
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(new JceKeyAgreeRecipientInfoGenerator(CMSAlgorithm.ECDH_SHA384KDF,
                sender.getPrivate(), sender.getPublic(), CMSAlgorithm.AES256_WRAP)
                .addRecipient(STATION.certificate("p-384")));
        CMSEnvelopedData enveloped = generator.generate(new CMSProcessableByteArray(CONTENT),
                new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).build());
        assertThat(open(enveloped, recipient("p-384"))).isEqualTo(CONTENT);
    }

    /** Bouncy Castle cannot read the algorithm out of a key without encoding; it takes it from the certificate. */
    private static Recipient recipient(String alias) throws Exception {
        SubjectPublicKeyInfo publicKey =
                SubjectPublicKeyInfo.getInstance(STATION.certificate(alias).getPublicKey().getEncoded());
        return new JceKeyAgreeEnvelopedRecipient(STATION.key(alias))
                .setPrivateKeyAlgorithmIdentifier(publicKey.getAlgorithm());
    }

    private CMSEnvelopedData encrypt(String alias, String option) throws Exception {
        Path recipient = OpenSsl.pem(folder.resolve("recipient.pem"), STATION.certificate(alias));
        Path content = Files.write(folder.resolve("plain"), CONTENT);
        Path file = folder.resolve("enveloped.p7m");
        OpenSsl.run("cms", "-encrypt", "-binary", "-aes-256-cbc", "-in", content.toString(), "-outform", "DER", "-out",
                file.toString(), "-recip", recipient.toString(), "-keyopt", option);
        return new CMSEnvelopedData(Files.readAllBytes(file));
    }

    private static byte[] open(CMSEnvelopedData enveloped, Recipient recipient) throws Exception {
        Collection<RecipientInformation> recipients = enveloped.getRecipientInfos().getRecipients();
        return recipients.iterator().next().getContent(recipient);
    }
}
