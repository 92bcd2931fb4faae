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
        return parsing(() -> {
            Pkcs12Contents contents = new Pkcs12Contents(new ArrayList<>(), new ArrayList<>());
            for (ContentInfo info : new PKCS12PfxPdu(file).getContentInfos()) {
                if (info.getContentType().equals(PKCSObjectIdentifiers.data)) {
                    contents.take(new PKCS12SafeBagFactory(info), Optional.empty());
                }
            }
            return contents;
        });
    }

    /** Everything. */
    static Pkcs12Contents unlock(byte[] file, char[] password) throws IOException, WrongPasswordException {
        PKCS12PfxPdu pfx = parsing(() -> new PKCS12PfxPdu(file));
        boolean right = parsing(() -> !pfx.hasMac()
                || pfx.isMacValid(new JcePKCS12MacCalculatorBuilderProvider().setProvider(PROVIDER), password));
        if (!right) {
            throw new WrongPasswordException();
        }
        try {
            return parsing(() -> decrypt(pfx, password));
        } catch (IOException e) {
            if (pfx.hasMac()) {
                throw e;
            }
            // Without a MAC a wrong password is seen by nothing but garbage.
            throw new WrongPasswordException();
        }
    }

    private static Pkcs12Contents decrypt(PKCS12PfxPdu pfx, char[] password) throws IOException, PKCSException {
        InputDecryptorProvider decryptor = new JcePKCSPBEInputDecryptorProviderBuilder().setProvider(PROVIDER).build(password);
        Pkcs12Contents contents = new Pkcs12Contents(new ArrayList<>(), new ArrayList<>());
        for (ContentInfo info : pfx.getContentInfos()) {
            boolean encrypted = info.getContentType().equals(PKCSObjectIdentifiers.encryptedData);
            contents.take(encrypted ? new PKCS12SafeBagFactory(info, decryptor) : new PKCS12SafeBagFactory(info),
                    Optional.of(decryptor));
        }
        return contents;
    }

    @FunctionalInterface
    private interface Parse<T> {
        T run() throws IOException, PKCSException;
    }

    /** Bouncy Castle's parsers tell of malformed data in many ways. */
    private static <T> T parsing(Parse<T> work) throws IOException {
        try {
            return work.run();
        } catch (PKCSException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new IOException("not a PKCS #12 file, or a damaged one", e);
        }
    }

    private void take(PKCS12SafeBagFactory factory, Optional<InputDecryptorProvider> decryptor) throws PKCSException {
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
