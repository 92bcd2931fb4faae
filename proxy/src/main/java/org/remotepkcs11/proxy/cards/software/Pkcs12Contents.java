package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilderProvider;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.remotepkcs11.wire.Id;

/**
 * What a PKCS #12 file holds (RFC 7292), with or without its password.
 *
 * @param certificates all that could be read
 * @param keys         none without the password
 */
record Pkcs12Contents(List<Certificate> certificates, List<Key> keys) {
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    /** @param id localKeyId, and {@link Id#NONE} where there is none; label: friendlyName or empty */
    record Certificate(Id id, String label, X509CertificateHolder value) {
    }

    record Key(Id id, String label, PrivateKeyInfo value) {
    }

    /** The password does not open the file. */
    static final class WrongPasswordException extends Exception {
        private static final long serialVersionUID = 1;

        WrongPasswordException() {
            super("the password does not open the file");
        }
    }

    /** Certificates that the file does not encrypt. */
    static Pkcs12Contents open(byte[] file) throws IOException {
        PKCS12PfxPdu pfx = pfx(file);
        Pkcs12Contents contents = new Pkcs12Contents(new ArrayList<>(), new ArrayList<>());
        for (ContentInfo info : pfx.getContentInfos()) {
            if (info.getContentType().equals(PKCSObjectIdentifiers.data)) {
                contents.take(new PKCS12SafeBagFactory(info), Optional.empty());
            }
        }
        return contents;
    }

    /** Everything. */
    static Pkcs12Contents unlock(byte[] file, char[] password) throws IOException, WrongPasswordException {
        PKCS12PfxPdu pfx = pfx(file);
        try {
            if (pfx.hasMac() && !pfx.isMacValid(new JcePKCS12MacCalculatorBuilderProvider().setProvider(PROVIDER), password)) {
                throw new WrongPasswordException();
            }
            InputDecryptorProvider decryptor =
                    new JcePKCSPBEInputDecryptorProviderBuilder().setProvider(PROVIDER).build(password);
            Pkcs12Contents contents = new Pkcs12Contents(new ArrayList<>(), new ArrayList<>());
            for (ContentInfo info : pfx.getContentInfos()) {
                boolean encrypted = info.getContentType().equals(PKCSObjectIdentifiers.encryptedData);
                contents.take(encrypted ? new PKCS12SafeBagFactory(info, decryptor) : new PKCS12SafeBagFactory(info),
                        Optional.of(decryptor));
            }
            return contents;
        } catch (PKCSException e) {
            if (pfx.hasMac()) {
                throw new IOException("the file is damaged", e);
            }
            throw new WrongPasswordException();
        }
    }

    private static PKCS12PfxPdu pfx(byte[] file) throws IOException {
        try {
            return new PKCS12PfxPdu(file);
        } catch (IllegalArgumentException e) {
            throw new IOException("not a PKCS #12 file", e);
        }
    }

    private void take(PKCS12SafeBagFactory factory, Optional<InputDecryptorProvider> decryptor) throws IOException {
        try {
            for (PKCS12SafeBag bag : factory.getSafeBags()) {
                Object value = bag.getBagValue();
                if (value instanceof X509CertificateHolder certificate) {
                    certificates.add(new Certificate(localKeyId(bag), friendlyName(bag), certificate));
                } else if (value instanceof PrivateKeyInfo key && decryptor.isPresent()) {
                    keys.add(new Key(localKeyId(bag), friendlyName(bag), key));
                } else if (value instanceof PKCS8EncryptedPrivateKeyInfo key && decryptor.isPresent()) {
                    keys.add(new Key(localKeyId(bag), friendlyName(bag), key.decryptPrivateKeyInfo(decryptor.get())));
                }
            }
        } catch (PKCSException | IllegalArgumentException e) {
            throw new IOException("the file is damaged", e);
        }
    }

    private static Id localKeyId(PKCS12SafeBag bag) {
        for (Attribute attribute : attributes(bag)) {
            if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_localKeyId)) {
                byte[] id = ASN1OctetString.getInstance(attribute.getAttributeValues()[0]).getOctets();
                return id.length <= 64 ? Id.of(id) : Id.NONE;
            }
        }
        return Id.NONE;
    }

    private static String friendlyName(PKCS12SafeBag bag) {
        for (Attribute attribute : attributes(bag)) {
            if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_friendlyName)
                    && attribute.getAttributeValues()[0] instanceof ASN1String name) {
                return name.getString();
            }
        }
        return "";
    }

    private static Attribute[] attributes(PKCS12SafeBag bag) {
        Attribute[] attributes = bag.getAttributes();
        return attributes == null ? new Attribute[0] : attributes;
    }

    /** UTF-8 to the characters that PKCS #12 derives its keys from; the caller wipes the result. */
    static char[] password(byte[] utf8) {
        var decoded = StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(utf8));
        char[] password = new char[decoded.remaining()];
        decoded.get(password);
        java.util.Arrays.fill(decoded.array(), '\0');
        return password;
    }
}
