package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/**
 * Makes the contents of a new software card: keys, a certificate for each and the small authority that issued them,
 * whose own key is forgotten. The certificates stay readable without the PIN, as on other cards.
 */
final class SoftwareCardMaker {
    private static final int ITERATIONS = 50_000;
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SoftwareCardSpec spec;
    private final KeyPair authority;
    private final X500Name authorityName;
    private final Instant now = Instant.now();

    SoftwareCardMaker(SoftwareCardSpec spec) throws GeneralSecurityException {
        this.spec = spec;
        this.authority = SoftwareKeyType.P_256.generate();
        this.authorityName = name(spec.subject() + " (issuing authority)");
    }

    /** @return PKCS #12, DER */
    byte[] make(char[] password) throws GeneralSecurityException, IOException {
        try {
            PKCS12PfxPduBuilder file = new PKCS12PfxPduBuilder();
            for (int i = 0; i < spec.keys().size(); i++) {
                addKey(file, spec.keys().get(i), new byte[] {(byte) (i + 1)}, password);
            }
            PKCS12SafeBagBuilder issuer = new PKCS12SafeBagBuilder(authorityCertificate());
            issuer.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERBMPString("authority"));
            file.addData(issuer.build());
            var mac = new JcePKCS12MacCalculatorBuilder(NISTObjectIdentifiers.id_sha256).setProvider(PROVIDER)
                    .setIterationCount(ITERATIONS);
            return file.build(mac, password).getEncoded();
        } catch (PKCSException | OperatorCreationException e) {
            throw new GeneralSecurityException("cannot write the card file", e);
        }
    }

    private void addKey(PKCS12PfxPduBuilder file, SoftwareKeyType type, byte[] id, char[] password)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair pair = type.generate();
        OutputEncryptor encryptor = new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                .setProvider(PROVIDER).setPRF(HMAC_SHA256)
                .setIterationCount(ITERATIONS).build(password);
        PrivateKeyInfo key = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        file.addData(named(new PKCS12SafeBagBuilder(key, encryptor), type, id).build());
        file.addData(named(new PKCS12SafeBagBuilder(certificate(type, pair.getPublic())), type, id).build());
    }

    private static PKCS12SafeBagBuilder named(PKCS12SafeBagBuilder bag, SoftwareKeyType type, byte[] id) {
        return bag.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERBMPString(type.label()))
                .addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, new DEROctetString(id));
    }

    private X509CertificateHolder certificate(SoftwareKeyType type, PublicKey key)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        int usage = KeyUsage.digitalSignature | KeyUsage.nonRepudiation
                | (type.isRsa() ? KeyUsage.keyEncipherment : 0) | (type.isElliptic() ? KeyUsage.keyAgreement : 0);
        var purposes = new KeyPurposeId[] {KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_emailProtection,
            KeyPurposeId.id_kp_clientAuth};
        var extensions = new JcaX509ExtensionUtils();
        X509v3CertificateBuilder certificate = begin(name(spec.subject()), key)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                .addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key))
                .addExtension(Extension.authorityKeyIdentifier, false,
                        extensions.createAuthorityKeyIdentifier(authority.getPublic()));
        return signed(certificate);
    }

    private X509CertificateHolder authorityCertificate()
            throws GeneralSecurityException, IOException, OperatorCreationException {
        PublicKey key = authority.getPublic();
        return signed(begin(authorityName, key)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                .addExtension(Extension.subjectKeyIdentifier, false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key)));
    }

    private X509v3CertificateBuilder begin(X500Name subject, PublicKey key) {
        BigInteger serial = new BigInteger(126, RANDOM).setBit(126);
        return new JcaX509v3CertificateBuilder(authorityName, serial, Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(spec.validity())), subject, key);
    }

    private X509CertificateHolder signed(X509v3CertificateBuilder certificate) throws OperatorCreationException {
        return certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }
}
