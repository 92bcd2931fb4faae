package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs and then encrypts: ECDSA with SHA-256, AES-256-CBC under a key for each recipient, by RSA (RFC 5652 section
 * 6.2.1) or ECDH (RFC 5753). What is opened is believed only by its signature, which lies inside.
 */
public final class Sealing {
    private final BackupSigner signer;
    private final List<X509Certificate> recipients;

    /** @throws IllegalArgumentException if nobody could open it, or not everybody */
    public Sealing(BackupSigner signer, List<X509Certificate> recipients) {
        this.signer = signer;
        this.recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("there is nobody to encrypt backups to");
        }
        for (X509Certificate recipient : recipients) {
            if (!canReceive(recipient.getPublicKey())) {
                throw new IllegalArgumentException("nothing can be encrypted to the key of "
                        + recipient.getSubjectX500Principal());
            }
        }
    }

    /** RSA and elliptic-curve keys can; Ed25519 only signs. */
    public static boolean canReceive(PublicKey key) {
        return key instanceof RSAPublicKey || key instanceof ECPublicKey;
    }

    /** Names a place and the keys that open what is sent there: another name for others. */
    String recipientsAt(String place) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            recipients.stream().map(recipient -> recipient.getPublicKey().getEncoded()).sorted(Arrays::compare)
                    .forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest(place.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @return a MIME entity: its header fields, an empty line, its body */
    byte[] seal(Parcel parcel) throws IOException {
        try {
            return Smime.entity(Smime.ENVELOPED, encrypted(Smime.entity(Smime.SIGNED, signed(Smime.plain(parcel)))));
        } catch (CMSException | OperatorCreationException | GeneralSecurityException e) {
            throw new IOException("the backup cannot be signed and encrypted", e);
        }
    }

    private byte[] signed(byte[] plain)
            throws CMSException, OperatorCreationException, GeneralSecurityException, IOException {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().setProvider(Smime.PROVIDER).build())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").setProvider(Smime.PROVIDER).build(signer.key()),
                        signer.certificate()));
        generator.addCertificates(new JcaCertStore(signer.chain()));
        return generator.generate(new CMSProcessableByteArray(plain), true).getEncoded();
    }

    private byte[] encrypted(byte[] signed) throws CMSException, GeneralSecurityException, IOException {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        for (X509Certificate recipient : recipients) {
            if (recipient.getPublicKey() instanceof ECPublicKey key) {
                generator.addRecipientInfoGenerator(agreeing(recipient, key));
            } else {
                generator.addRecipientInfoGenerator(
                        new JceKeyTransRecipientInfoGenerator(recipient).setProvider(Smime.PROVIDER));
            }
        }
        return generator.generate(new CMSProcessableByteArray(signed),
                new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).setProvider(Smime.PROVIDER).build())
                .getEncoded();
    }

    private static JceKeyAgreeRecipientInfoGenerator agreeing(X509Certificate recipient, ECPublicKey key)
            throws GeneralSecurityException {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
        pairs.initialize(key.getParams());
        KeyPair ephemeral = pairs.generateKeyPair();
        return new JceKeyAgreeRecipientInfoGenerator(CMSAlgorithm.ECDH_SHA256KDF, ephemeral.getPrivate(),
                ephemeral.getPublic(), CMSAlgorithm.AES256_WRAP).addRecipient(recipient).setProvider(Smime.PROVIDER);
    }
}
