package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RemoteCard;

/** A PKCS #12 file's contents seen as token objects. */
final class SoftwareCardView {
    private SoftwareCardView() {
    }

    static CardDescription of(Pkcs12Contents contents, String reader, CardFile.State state, boolean complete)
            throws IOException {
        List<CertificateObject> certificates = new ArrayList<>();
        Map<Id, PrivateKeyObject> keys = new LinkedHashMap<>();
        Map<Id, Pkcs12Contents.Certificate> byKey = new HashMap<>();
        for (Pkcs12Contents.Certificate certificate : contents.certificates()) {
            SubjectPublicKeyInfo publicKey = certificate.value().getSubjectPublicKeyInfo();
            certificates.add(new CertificateObject(id(certificate.id(), publicKey), label(certificate),
                    certificate.value().getEncoded()));
            byKey.put(Fingerprint.ofDer(publicKey.getEncoded()), certificate);
            if (!complete && !certificate.id().isNone()) {
                put(keys, certificate.id(), label(certificate), publicKey);
            }
        }
        for (Pkcs12Contents.Key key : contents.keys()) {
            SubjectPublicKeyInfo publicKey = publicKey(key.value());
            Pkcs12Contents.Certificate own = byKey.get(Fingerprint.ofDer(publicKey.getEncoded()));
            Id id = key.id().isNone() && own != null ? own.id() : key.id();
            put(keys, id(id, publicKey), key.label().isEmpty() && own != null ? label(own) : key.label(), publicKey);
        }
        return new CardDescription(reader + ":" + state.serial(), token(state), certificates,
                List.copyOf(keys.values()), mechanisms(keys.values()), PinState.OK, complete);
    }

    private static void put(Map<Id, PrivateKeyObject> keys, Id id, String label, SubjectPublicKeyInfo publicKey)
            throws IOException {
        Set<Usage> usages = SoftwareKey.usages(publicKey.getAlgorithm());
        if (!usages.isEmpty()) {
            PrivateKeyObject key = new PrivateKeyObject(id, label, publicKey.getEncoded(), usages, Set.of());
            keys.put(key.fingerprint(), key);
        }
    }

    static Id fingerprint(PrivateKeyInfo key) throws IOException {
        return Fingerprint.ofDer(publicKey(key).getEncoded());
    }

    /** A PKCS #12 file need not hold a certificate for every key. */
    private static SubjectPublicKeyInfo publicKey(PrivateKeyInfo key) throws IOException {
        AsymmetricKeyParameter secret = PrivateKeyFactory.createKey(key);
        if (secret instanceof RSAPrivateCrtKeyParameters rsa) {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                    new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent()));
        }
        if (secret instanceof ECPrivateKeyParameters ec) {
            var point = ec.getParameters().getG().multiply(ec.getD()).normalize();
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                    new ECPublicKeyParameters(point, ec.getParameters()));
        }
        if (secret instanceof Ed25519PrivateKeyParameters edwards) {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(edwards.generatePublicKey());
        }
        throw new IOException("a private key of an unknown kind");
    }

    private static RemoteCard.Token token(CardFile.State state) {
        return new RemoteCard.Token(state.label(), state.serial(), "RemotePKCS11", "software card");
    }

    private static Id id(Id local, SubjectPublicKeyInfo publicKey) {
        return local.isNone()
                ? Id.of(new BcX509ExtensionUtils().createSubjectKeyIdentifier(publicKey).getKeyIdentifier()) : local;
    }

    private static String label(Pkcs12Contents.Certificate certificate) {
        return certificate.label().isEmpty() ? commonName(certificate.value()) : certificate.label();
    }

    private static String commonName(X509CertificateHolder certificate) {
        var names = certificate.getSubject().getRDNs(BCStyle.CN);
        return names.length == 0 ? certificate.getSubject().toString() : names[0].getFirst().getValue().toString();
    }

    private static Set<Long> mechanisms(Iterable<PrivateKeyObject> keys) {
        Set<Long> mechanisms = new HashSet<>();
        for (PrivateKeyObject key : keys) {
            mechanisms.addAll(SoftwareKey.mechanisms(SubjectPublicKeyInfo.getInstance(key.publicKey()).getAlgorithm()));
        }
        return mechanisms;
    }
}
