package org.remotepkcs11.cli.pin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/**
 * A virtual PIN that only its user can read: CMS EnvelopedData (RFC 5652 section 6) to the user's certificate. RSA by
 * OAEP (RFC 3560), P-256 by ephemeral-static ECDH with SHA-256 (RFC 5753); nothing is encrypted to Ed25519.
 */
public final class SealedPin {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    private SealedPin() {
    }

    /**
     * @param pin is not changed
     * @return DER
     * @throws GeneralSecurityException if nothing can be encrypted to a key of this type
     */
    public static byte[] seal(char[] pin, X509Certificate user) throws GeneralSecurityException {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
        try {
            CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(recipient(user));
            return generator.generate(new CMSProcessableByteArray(bytes),
                    new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).setProvider(BC).build())
                    .toASN1Structure().getEncoded("DER");
        } catch (CMSException | IOException e) {
            throw new GeneralSecurityException("the pin could not be encrypted: " + e.getMessage(), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }

    private static RecipientInfoGenerator recipient(X509Certificate user) throws GeneralSecurityException {
        if (user.getPublicKey() instanceof ECPublicKey key) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(key.getParams());
            KeyPair ephemeral = generator.generateKeyPair();
            return new JceKeyAgreeRecipientInfoGenerator(CMSAlgorithm.ECDH_SHA256KDF, ephemeral.getPrivate(),
                    ephemeral.getPublic(), CMSAlgorithm.AES256_WRAP).addRecipient(user).setProvider(BC);
        }
        if (user.getPublicKey().getAlgorithm().equals("RSA")) {
            return new JceKeyTransRecipientInfoGenerator(user, new JcaAlgorithmParametersConverter()
                    .getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, new OAEPParameterSpec("SHA-256", "MGF1",
                            MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT))).setProvider(BC);
        }
        throw new GeneralSecurityException("nothing can be encrypted to a key of type " + user.getPublicKey().getAlgorithm());
    }

    /** @throws GeneralSecurityException if this is no such PIN, or another user's */
    public static char[] open(byte[] der, PrivateKey key) throws GeneralSecurityException {
        Recipient recipient = key.getAlgorithm().equals("RSA") ? new JceKeyTransEnvelopedRecipient(key).setProvider(BC)
                : new JceKeyAgreeEnvelopedRecipient(key).setProvider(BC);
        byte[] bytes = {};
        try {
            for (RecipientInformation information : new CMSEnvelopedData(der).getRecipientInfos()) {
                bytes = information.getContent(recipient);
            }
            CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            char[] pin = Arrays.copyOf(decoded.array(), decoded.limit());
            Arrays.fill(decoded.array(), '\0');
            return pin;
        } catch (CMSException | ClassCastException | IllegalArgumentException e) {
            throw new GeneralSecurityException("this is no virtual pin that was encrypted to you", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
