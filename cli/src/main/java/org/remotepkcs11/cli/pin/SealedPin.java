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
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Collection;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.KeyAgreeRecipientInformation;
import org.bouncycastle.cms.KeyTransRecipientInformation;
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
import org.remotepkcs11.wire.MessageBounds;

/**
 * A virtual PIN that only its user can read: CMS EnvelopedData (RFC 5652 section 6) to the user's certificate. RSA by
 * OAEP (RFC 3560), P-256 by ephemeral-static ECDH with SHA-256 (RFC 5753). To Ed25519 by {@link EdwardsSeal}, since CMS has
 * no way.
 */
public final class SealedPin {
    /** Bytes of one, in either form. */
    public static final int MAX_BYTES = MessageBounds.MAX_SEALED_PIN_BYTES;

    private static final int MAX_PIN_BYTES = 256;
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    private SealedPin() {
    }

    /**
     * @param pin is not changed
     * @return CMS in DER, or the form of {@link EdwardsSeal}
     * @throws GeneralSecurityException if nothing can be encrypted to a key of this type
     */
    public static byte[] seal(char[] pin, X509Certificate user) throws GeneralSecurityException {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
        try {
            return user.getPublicKey() instanceof EdECPublicKey key ? EdwardsSeal.seal(bytes, key) : enveloped(bytes, user);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }

    private static byte[] enveloped(byte[] pin, X509Certificate user) throws GeneralSecurityException {
        try {
            CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(recipient(user));
            return generator.generate(new CMSProcessableByteArray(pin),
                    new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).setProvider(BC).build())
                    .toASN1Structure().getEncoded("DER");
        } catch (CMSException | IOException e) {
            throw new GeneralSecurityException("the pin could not be encrypted: " + e.getMessage(), e);
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
    public static char[] open(byte[] sealed, PrivateKey key) throws GeneralSecurityException {
        if (sealed.length == 0 || sealed.length > MAX_BYTES) {
            throw new GeneralSecurityException("this is no virtual pin, of " + sealed.length + " bytes");
        }
        byte[] bytes = key instanceof EdECPrivateKey ? EdwardsSeal.open(sealed, key) : content(sealed, key);
        try {
            if (bytes.length > MAX_PIN_BYTES) {
                throw new GeneralSecurityException("this is no virtual pin: it has " + bytes.length + " bytes");
            }
            CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            char[] pin = Arrays.copyOf(decoded.array(), decoded.limit());
            Arrays.fill(decoded.array(), '\0');
            return pin;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static byte[] content(byte[] der, PrivateKey key) throws GeneralSecurityException {
        boolean rsa = key.getAlgorithm().equals("RSA");
        Recipient recipient = rsa ? new JceKeyTransEnvelopedRecipient(key).setProvider(BC)
                : new JceKeyAgreeEnvelopedRecipient(key).setProvider(BC);
        try {
            Collection<RecipientInformation> recipients = new CMSEnvelopedData(der).getRecipientInfos().getRecipients();
            if (recipients.size() != 1) {
                throw new GeneralSecurityException("it is encrypted to " + recipients.size() + " recipients, not to one");
            }
            RecipientInformation only = recipients.iterator().next();
            if (rsa ? !(only instanceof KeyTransRecipientInformation) : !(only instanceof KeyAgreeRecipientInformation)) {
                throw new GeneralSecurityException("it is encrypted to another type of key");
            }
            return only.getContent(recipient);
        } catch (CMSException | RuntimeException e) {
            // Bouncy Castle throws many kinds at what is malformed
            throw new GeneralSecurityException("this is no virtual pin that was encrypted to you", e);
        }
    }
}
