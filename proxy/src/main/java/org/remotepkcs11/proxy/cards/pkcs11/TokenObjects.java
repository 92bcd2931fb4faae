package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;

/**
 * What a token shows to a session.
 *
 * @param certificates X.509 ones
 * @param keys         private keys by fingerprint; where the token hides them, what their public keys tell
 */
record TokenObjects(List<CertificateObject> certificates, Map<Id, CardKey> keys) {
    private static final Map<Long, Usage> PRIVATE_USAGES = Map.ofEntries(
            Map.entry(Ck.A_SIGN, Usage.SIGN), Map.entry(Ck.A_DECRYPT, Usage.DECRYPT),
            Map.entry(Ck.A_UNWRAP, Usage.UNWRAP), Map.entry(Ck.A_DERIVE, Usage.DERIVE),
            Map.entry(Ck.A_SIGN_RECOVER, Usage.SIGN_RECOVER),
            Map.entry(Ck.A_ALWAYS_AUTHENTICATE, Usage.ALWAYS_AUTHENTICATE),
            Map.entry(Ck.A_SENSITIVE, Usage.SENSITIVE), Map.entry(Ck.A_EXTRACTABLE, Usage.EXTRACTABLE),
            Map.entry(Ck.A_ALWAYS_SENSITIVE, Usage.ALWAYS_SENSITIVE),
            Map.entry(Ck.A_NEVER_EXTRACTABLE, Usage.NEVER_EXTRACTABLE), Map.entry(Ck.A_LOCAL, Usage.LOCAL));
    private static final Map<Long, Usage> PUBLIC_USAGES = Map.of(
            Ck.A_VERIFY, Usage.SIGN, Ck.A_ENCRYPT, Usage.DECRYPT, Ck.A_WRAP, Usage.UNWRAP, Ck.A_DERIVE, Usage.DERIVE,
            Ck.A_LOCAL, Usage.LOCAL);

    /** @param complete whether private objects are visible, so that public ones need not stand in for them */
    static TokenObjects read(CkSession session, boolean complete) throws CkException {
        List<CkAttributes> publicKeys = publicKeys(session);
        List<CertificateObject> certificates = certificates(session);
        Map<Id, CardKey> keys = new LinkedHashMap<>();
        for (CkAttributes key : privateKeys(session)) {
            publicPart(key, publicKeys, certificates).ifPresent(info -> put(keys, key, info, usages(key, PRIVATE_USAGES)));
        }
        if (keys.isEmpty() && !complete) {
            publicKeys.forEach(key -> PublicKeyInfo.of(key).ifPresent(info -> put(keys, key, info, inferred(key))));
        }
        return new TokenObjects(certificates, keys);
    }

    private static void put(Map<Id, CardKey> keys, CkAttributes key, byte[] info, Set<Usage> usages) {
        PrivateKeyObject object = new PrivateKeyObject(key.id(), key.label(), info, usages,
                key.ulongs(Ck.A_ALLOWED_MECHANISMS));
        keys.putIfAbsent(object.fingerprint(), new CardKey(key.handle(), object));
    }

    private static List<CkAttributes> privateKeys(CkSession session) throws CkException {
        List<CkAttributes> keys = new ArrayList<>();
        for (long handle : session.find(Ck.O_PRIVATE_KEY)) {
            keys.add(session.attributes(handle, Ck.A_ID, Ck.A_LABEL, Ck.A_KEY_TYPE, Ck.A_MODULUS, Ck.A_PUBLIC_EXPONENT,
                    Ck.A_EC_PARAMS, Ck.A_EC_POINT, Ck.A_PUBLIC_KEY_INFO, Ck.A_ALLOWED_MECHANISMS, Ck.A_SIGN, Ck.A_DECRYPT,
                    Ck.A_UNWRAP, Ck.A_DERIVE, Ck.A_SIGN_RECOVER, Ck.A_ALWAYS_AUTHENTICATE, Ck.A_SENSITIVE,
                    Ck.A_EXTRACTABLE, Ck.A_ALWAYS_SENSITIVE, Ck.A_NEVER_EXTRACTABLE, Ck.A_LOCAL));
        }
        return keys;
    }

    private static List<CkAttributes> publicKeys(CkSession session) throws CkException {
        List<CkAttributes> keys = new ArrayList<>();
        for (long handle : session.find(Ck.O_PUBLIC_KEY)) {
            keys.add(session.attributes(handle, Ck.A_ID, Ck.A_LABEL, Ck.A_KEY_TYPE, Ck.A_MODULUS, Ck.A_PUBLIC_EXPONENT,
                    Ck.A_EC_PARAMS, Ck.A_EC_POINT, Ck.A_PUBLIC_KEY_INFO, Ck.A_VERIFY, Ck.A_ENCRYPT, Ck.A_WRAP, Ck.A_DERIVE,
                    Ck.A_LOCAL));
        }
        return keys;
    }

    private static List<CertificateObject> certificates(CkSession session) throws CkException {
        List<CertificateObject> certificates = new ArrayList<>();
        for (long handle : session.find(Ck.O_CERTIFICATE)) {
            CkAttributes found = session.attributes(handle, Ck.A_CERTIFICATE_TYPE, Ck.A_ID, Ck.A_LABEL, Ck.A_VALUE);
            if (found.ulong(Ck.A_CERTIFICATE_TYPE).orElse(Ck.C_X_509) == Ck.C_X_509) {
                found.bytes(Ck.A_VALUE).ifPresent(der ->
                        certificates.add(new CertificateObject(found.id(), found.label(), der)));
            }
        }
        return certificates;
    }

    /** From the private key itself, the public key object with its id and type, or the certificate with its id. */
    private static Optional<byte[]> publicPart(CkAttributes key, List<CkAttributes> publicKeys,
                                               List<CertificateObject> certificates) {
        Optional<byte[]> own = PublicKeyInfo.of(key);
        if (own.isPresent()) {
            return own;
        }
        Optional<byte[]> paired = publicKeys.stream().filter(other -> isPair(key, other)).findFirst().flatMap(PublicKeyInfo::of);
        return paired.isPresent() ? paired : certificates.stream()
                .filter(certificate -> !key.id().isNone() && certificate.id().equals(key.id()))
                .findFirst().flatMap(TokenObjects::publicKey);
    }

    private static boolean isPair(CkAttributes secret, CkAttributes open) {
        boolean named = secret.id().isNone() ? secret.label().equals(open.label()) : secret.id().equals(open.id());
        return named && secret.ulong(Ck.A_KEY_TYPE).equals(open.ulong(Ck.A_KEY_TYPE));
    }

    private static Optional<byte[]> publicKey(CertificateObject certificate) {
        try {
            return Optional.of(new X509CertificateHolder(certificate.der()).getSubjectPublicKeyInfo().getEncoded());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Set<Usage> usages(CkAttributes key, Map<Long, Usage> names) {
        Set<Usage> usages = EnumSet.noneOf(Usage.class);
        names.forEach((attribute, usage) -> {
            if (key.isTrue(attribute)) {
                usages.add(usage);
            }
        });
        return usages;
    }

    private static Set<Usage> inferred(CkAttributes publicKey) {
        Set<Usage> usages = usages(publicKey, PUBLIC_USAGES);
        usages.add(Usage.SENSITIVE);
        return usages;
    }
}
