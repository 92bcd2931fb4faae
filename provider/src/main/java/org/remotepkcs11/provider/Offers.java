package org.remotepkcs11.provider;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.remotepkcs11.provider.RemoteService.Offer;

/** Every algorithm the provider offers, but the key store; docs/reference-jca.md lists the same. */
final class Offers {
    private static final String SIGNATURE = "Signature";
    private static final String SHA2_RSA = "1.2.840.113549.1.1.";
    private static final String SHA2_ECDSA = "1.2.840.10045.4.3.";
    private static final String SHA3_SIGNATURES = "2.16.840.1.101.3.4.3.";

    private static final Map<Hash, String> RSA_OIDS = Map.ofEntries(Map.entry(Hash.SHA1, SHA2_RSA + 5),
            Map.entry(Hash.SHA224, SHA2_RSA + 14), Map.entry(Hash.SHA256, SHA2_RSA + 11),
            Map.entry(Hash.SHA384, SHA2_RSA + 12), Map.entry(Hash.SHA512, SHA2_RSA + 13),
            Map.entry(Hash.SHA512_224, SHA2_RSA + 15), Map.entry(Hash.SHA512_256, SHA2_RSA + 16),
            Map.entry(Hash.SHA3_224, SHA3_SIGNATURES + 13), Map.entry(Hash.SHA3_256, SHA3_SIGNATURES + 14),
            Map.entry(Hash.SHA3_384, SHA3_SIGNATURES + 15), Map.entry(Hash.SHA3_512, SHA3_SIGNATURES + 16));
    private static final Map<Hash, String> ECDSA_OIDS = Map.of(Hash.SHA1, "1.2.840.10045.4.1",
            Hash.SHA224, SHA2_ECDSA + 1, Hash.SHA256, SHA2_ECDSA + 2, Hash.SHA384, SHA2_ECDSA + 3,
            Hash.SHA512, SHA2_ECDSA + 4, Hash.SHA3_224, SHA3_SIGNATURES + 9, Hash.SHA3_256, SHA3_SIGNATURES + 10,
            Hash.SHA3_384, SHA3_SIGNATURES + 11, Hash.SHA3_512, SHA3_SIGNATURES + 12);
    /** dhSinglePass-stdDH-*kdf-scheme and dhSinglePass-cofactorDH-*kdf-scheme, RFC 5753 section 7.1.4; cofactors are 1. */
    private static final Map<Hash, List<String>> ECDH_OIDS = Map.of(
            Hash.SHA1, List.of("1.3.133.16.840.63.0.2", "1.3.133.16.840.63.0.3"),
            Hash.SHA224, List.of("1.3.132.1.11.0", "1.3.132.1.14.0"),
            Hash.SHA256, List.of("1.3.132.1.11.1", "1.3.132.1.14.1"),
            Hash.SHA384, List.of("1.3.132.1.11.2", "1.3.132.1.14.2"),
            Hash.SHA512, List.of("1.3.132.1.11.3", "1.3.132.1.14.3"));

    private Offers() {
    }

    static List<Offer> all() {
        List<Offer> offers = new ArrayList<>();
        addRsaSignatures(offers);
        addEcdsaSignatures(offers, false);
        addEcdsaSignatures(offers, true);
        offers.add(signature("Ed25519", oid("1.3.101.112"), new EdDsaScheme(), RemoteEdPrivateKey.class));
        offers.add(signature("EdDSA", List.of(), new EdDsaScheme(), RemoteEdPrivateKey.class));
        offers.add(new Offer("Cipher", "RSA", List.of(), Map.of("SupportedModes", "ECB", "SupportedPaddings",
                "NOPADDING|PKCS1PADDING|OAEPPADDING|OAEPWITH(SHA|SHA3)-?[0-9]+ANDMGF1PADDING",
                "SupportedKeyClasses", RemoteRsaPrivateKey.class.getName()), RemoteRsaCipher.class,
                RemoteRsaCipher::new));
        addAgreements(offers);
        addLocal(offers);
        return offers;
    }

    /** What programs that name one provider for everything want beside the key. */
    private static void addLocal(List<Offer> offers) {
        for (Hash hash : Hash.values()) {
            offers.add(new Offer("MessageDigest", hash.digestName(), hash == Hash.SHA1 ? List.of("SHA", "SHA1")
                    : List.of(), Map.of(), MessageDigest.class, hash::digest));
        }
        for (String algorithm : List.of("OAEP", "RSASSA-PSS")) {
            offers.add(new Offer("AlgorithmParameters", algorithm, List.of(), Map.of(), SoftwareParameters.class,
                    () -> SoftwareParameters.of(algorithm)));
        }
    }

    private static void addRsaSignatures(List<Offer> offers) {
        offers.add(signature("NONEwithRSA", List.of("RAWRSAPKCS1"), new RsaPkcs1Scheme(Optional.empty()),
                RemoteRsaPrivateKey.class));
        offers.add(signature(RsaPssScheme.NAME, oid(SHA2_RSA + 10), new RsaPssScheme(Optional.empty(), false),
                RemoteRsaPrivateKey.class));
        RsaPssScheme digested = new RsaPssScheme(Optional.empty(), true);
        offers.add(signature(digested.standardName(), List.of("RAWRSASSA-PSS"), digested, RemoteRsaPrivateKey.class));
        for (Hash hash : Hash.values()) {
            RsaPkcs1Scheme pkcs1 = new RsaPkcs1Scheme(Optional.of(hash));
            offers.add(signature(pkcs1.standardName(), oid(RSA_OIDS.get(hash)), pkcs1, RemoteRsaPrivateKey.class));
            if (hash.fitsPss()) {
                String name = hash.inSignatures() + "withRSA";
                offers.add(signature(name + "andMGF1", List.of(name + "/PSS", hash.inSignatures() + "withRSASSA-PSS"),
                        RsaPssScheme.of(hash), RemoteRsaPrivateKey.class));
            }
        }
    }

    private static void addEcdsaSignatures(List<Offer> offers, boolean p1363) {
        EcdsaScheme none = new EcdsaScheme(Optional.empty(), p1363);
        offers.add(signature(none.standardName(), List.of(), none, RemoteEcPrivateKey.class));
        for (Hash hash : Hash.values()) {
            if (ECDSA_OIDS.containsKey(hash)) {
                EcdsaScheme scheme = new EcdsaScheme(Optional.of(hash), p1363);
                List<String> aliases = p1363 ? List.of() : oid(ECDSA_OIDS.get(hash));
                offers.add(signature(scheme.standardName(), aliases, scheme, RemoteEcPrivateKey.class));
            }
        }
    }

    private static void addAgreements(List<Offer> offers) {
        offers.add(agreement("ECDH", List.of(), () -> new RemoteEcdh(Optional.empty())));
        ECDH_OIDS.forEach((hash, oids) -> {
            X963 derivation = new X963(hash);
            offers.add(agreement(derivation.agreement(), oids, () -> new RemoteEcdh(Optional.of(derivation))));
        });
    }

    private static Offer agreement(String name, List<String> aliases, Supplier<Object> maker) {
        return new Offer("KeyAgreement", name, aliases, Map.of("SupportedKeyClasses",
                RemoteEcPrivateKey.class.getName()), RemoteEcdh.class, maker);
    }

    private static Offer signature(String name, List<String> aliases, SignatureScheme scheme, Class<?> keys) {
        return new Offer(SIGNATURE, name, aliases, Map.of("SupportedKeyClasses", keys.getName()),
                RemoteSignature.class, () -> new RemoteSignature(scheme));
    }

    private static List<String> oid(String dotted) {
        return List.of(dotted, "OID." + dotted);
    }
}
