package org.remotepkcs11.pkcs11.object;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.SigningMechanism;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.Canonical;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RemoteCard;

/** The two objects of one key pair on a card, PKCS #11 v3.2 sections 4.8 and 4.9. */
final class KeyObjects {
    private final RemoteCard card;
    private final PrivateKeyObject key;
    private final List<CertificateObject> certificates;
    private final long keyType;

    /** @param certificates those with the key's {@code CKA_ID}. @throws CkException for a key of unknown kind */
    KeyObjects(RemoteCard card, PrivateKeyObject key, List<CertificateObject> certificates) {
        this.card = card;
        this.key = key;
        this.certificates = certificates;
        this.keyType = PublicKeys.keyType(key.publicKey());
    }

    /** What the card needs not hold: everything in it is known from the private key's public half. */
    TokenObject publicKey() {
        Map<Long, byte[]> first = first("public key", CKO.PUBLIC_KEY)
                .put(CKA.PRIVATE, false).put(CKA.TRUSTED, false)
                .put(CKA.ENCRYPT, has(Usage.DECRYPT)).put(CKA.VERIFY, has(Usage.SIGN))
                .put(CKA.VERIFY_RECOVER, has(Usage.SIGN_RECOVER))
                .put(CKA.WRAP, has(Usage.UNWRAP)).put(CKA.DERIVE, has(Usage.DERIVE))
                .put(CKA.ENCAPSULATE, agreesOnKeys()).build();
        return new TokenObject(first, () -> rest(PublicParts.ofPublicKey(key.publicKey())),
                () -> new KeyMaterial.Public(PublicKeys.decode(key.publicKey())));
    }

    TokenObject privateKey() {
        Map<Long, byte[]> first = first("private key", CKO.PRIVATE_KEY)
                .put(CKA.PRIVATE, true).put(CKA.SENSITIVE, true).put(CKA.EXTRACTABLE, false)
                .put(CKA.ALWAYS_SENSITIVE, has(Usage.ALWAYS_SENSITIVE))
                .put(CKA.NEVER_EXTRACTABLE, has(Usage.NEVER_EXTRACTABLE))
                .put(CKA.DECRYPT, has(Usage.DECRYPT)).put(CKA.SIGN, has(Usage.SIGN))
                .put(CKA.SIGN_RECOVER, has(Usage.SIGN_RECOVER)).put(CKA.UNWRAP, has(Usage.UNWRAP))
                .put(CKA.DERIVE, has(Usage.DERIVE)).put(CKA.WRAP_WITH_TRUSTED, false)
                .put(CKA.DECAPSULATE, agreesOnKeys())
                .put(CKA.ALWAYS_AUTHENTICATE, has(Usage.ALWAYS_AUTHENTICATE)).build();
        return new TokenObject(first, () -> rest(PublicParts.ofPrivateKey(key.publicKey())),
                () -> new KeyMaterial.OnCard(key));
    }

    private AttributeMap first(String kind, long objectClass) {
        return CardObjects.common(UniqueIds.of(card, kind, key.id().bytes(), key.publicKey()), objectClass)
                .put(CKA.LABEL, key.label()).put(CKA.ID, key.id().bytes()).put(CKA.KEY_TYPE, keyType);
    }

    private Map<Long, byte[]> rest(Map<Long, byte[]> publicParts) {
        boolean local = has(Usage.LOCAL);
        return new AttributeMap().putAll(publicParts).putEmpty(CKA.START_DATE, CKA.END_DATE)
                .put(CKA.SUBJECT, subject()).put(CKA.LOCAL, local)
                .put(CKA.KEY_GEN_MECHANISM, local ? generation() : CKF.UNAVAILABLE_INFORMATION)
                .put(CKA.ALLOWED_MECHANISMS, allowedMechanisms()).build();
    }

    /** As the certificate over this key says. */
    private byte[] subject() {
        for (CertificateObject certificate : certificates) {
            Optional<CertificateParts> parts = parts(certificate);
            if (parts.isPresent() && Arrays.equals(parts.get().publicKey(), key.publicKey())) {
                return parts.get().subject();
            }
        }
        return new byte[0];
    }

    private static Optional<CertificateParts> parts(CertificateObject certificate) {
        try {
            return Optional.of(new CertificateParts(certificate.der()));
        } catch (CkException e) {
            return Optional.empty();
        }
    }

    private long generation() {
        if (keyType == CKK.RSA) {
            return CKM.RSA_PKCS_KEY_PAIR_GEN;
        }
        if (keyType == CKK.EC_EDWARDS) {
            return CKM.EC_EDWARDS_KEY_PAIR_GEN;
        }
        return keyType == CKK.EC ? CKM.EC_KEY_PAIR_GEN : CKM.EC_MONTGOMERY_KEY_PAIR_GEN;
    }

    /** A raw mechanism that is allowed brings the hash-and-sign forms which are made of it here. */
    private byte[] allowedMechanisms() {
        Set<Long> allowed = new TreeSet<>(key.allowedMechanisms());
        for (SigningMechanism signing : SigningMechanism.known().values()) {
            if (key.allowedMechanisms().contains(signing.raw())) {
                allowed.add(signing.type());
            }
        }
        return Canonical.ulongs(allowed);
    }

    private boolean agreesOnKeys() {
        return has(keyType == CKK.RSA ? Usage.UNWRAP : Usage.DERIVE);
    }

    private boolean has(Usage usage) {
        return key.usages().contains(usage);
    }
}
