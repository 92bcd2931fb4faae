package org.remotepkcs11.pkcs11.crypto;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.teletrust.TeleTrusTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** The hashes, and every number that PKCS #11 v3.2 section 6 gives to something made of one. */
public enum DigestAlgorithm {
    MD5("MD5", 16, PKCSObjectIdentifiers.md5, new Numbers(CKM.MD5, CKM.MD5_KEY_DERIVATION, CKK.MD5_HMAC)),
    RIPEMD160("RIPEMD160", 20, TeleTrusTObjectIdentifiers.ripemd160,
            new Numbers(CKM.RIPEMD160, Numbers.NO_DERIVATION, CKK.RIPEMD160_HMAC)),
    SHA_1("SHA-1", 20, new ASN1ObjectIdentifier("1.3.14.3.2.26"),
            new Numbers(CKM.SHA_1, CKM.SHA1_KEY_DERIVATION, CKK.SHA_1_HMAC)),
    SHA224("SHA-224", 28, NISTObjectIdentifiers.id_sha224,
            new Numbers(CKM.SHA224, CKM.SHA224_KEY_DERIVATION, CKK.SHA224_HMAC)),
    SHA256("SHA-256", 32, NISTObjectIdentifiers.id_sha256,
            new Numbers(CKM.SHA256, CKM.SHA256_KEY_DERIVATION, CKK.SHA256_HMAC)),
    SHA384("SHA-384", 48, NISTObjectIdentifiers.id_sha384,
            new Numbers(CKM.SHA384, CKM.SHA384_KEY_DERIVATION, CKK.SHA384_HMAC)),
    SHA512("SHA-512", 64, NISTObjectIdentifiers.id_sha512,
            new Numbers(CKM.SHA512, CKM.SHA512_KEY_DERIVATION, CKK.SHA512_HMAC)),
    SHA512_224("SHA-512/224", 28, NISTObjectIdentifiers.id_sha512_224,
            new Numbers(CKM.SHA512_224, CKM.SHA512_224_KEY_DERIVATION, CKK.SHA512_224_HMAC)),
    SHA512_256("SHA-512/256", 32, NISTObjectIdentifiers.id_sha512_256,
            new Numbers(CKM.SHA512_256, CKM.SHA512_256_KEY_DERIVATION, CKK.SHA512_256_HMAC)),
    SHA3_224("SHA3-224", 28, NISTObjectIdentifiers.id_sha3_224,
            new Numbers(CKM.SHA3_224, CKM.SHA3_224_KEY_DERIVATION, CKK.SHA3_224_HMAC)),
    SHA3_256("SHA3-256", 32, NISTObjectIdentifiers.id_sha3_256,
            new Numbers(CKM.SHA3_256, CKM.SHA3_256_KEY_DERIVATION, CKK.SHA3_256_HMAC)),
    SHA3_384("SHA3-384", 48, NISTObjectIdentifiers.id_sha3_384,
            new Numbers(CKM.SHA3_384, CKM.SHA3_384_KEY_DERIVATION, CKK.SHA3_384_HMAC)),
    SHA3_512("SHA3-512", 64, NISTObjectIdentifiers.id_sha3_512,
            new Numbers(CKM.SHA3_512, CKM.SHA3_512_KEY_DERIVATION, CKK.SHA3_512_HMAC));

    /** @param keyDerivation {@link #NO_DERIVATION} where there is none */
    private record Numbers(long mechanism, long keyDerivation, long hmacKeyType) {
        static final long NO_DERIVATION = -1;
    }

    private static final Map<Long, DigestAlgorithm> BY_MECHANISM = Stream.of(values())
            .collect(Collectors.toUnmodifiableMap(DigestAlgorithm::mechanism, Function.identity()));
    /** {@code CKG_MGF1_*}, each at its number. */
    private static final DigestAlgorithm[] BY_MGF =
            {null, SHA_1, SHA256, SHA384, SHA512, SHA224, SHA3_224, SHA3_256, SHA3_384, SHA3_512};

    private final String javaName;
    private final int length;
    private final ASN1ObjectIdentifier identifier;
    private final Numbers numbers;

    DigestAlgorithm(String javaName, int length, ASN1ObjectIdentifier identifier, Numbers numbers) {
        this.javaName = javaName;
        this.length = length;
        this.identifier = identifier;
        this.numbers = numbers;
    }

    public static Optional<DigestAlgorithm> ofMechanism(long type) {
        return Optional.ofNullable(BY_MECHANISM.get(type));
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} if {@code type} is no hash */
    public static DigestAlgorithm ofParameter(long type) {
        return ofMechanism(type).orElseThrow(() -> new CkException(CKR.MECHANISM_PARAM_INVALID, "unknown hash"));
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} if {@code mgf} is no {@code CKG_MGF1_*} */
    public static DigestAlgorithm ofMgf(long mgf) {
        if (mgf < 1 || mgf >= BY_MGF.length) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "unknown mask generation function");
        }
        return BY_MGF[(int) mgf];
    }

    /** A new computation; independent of every security provider but the platform's own. */
    public ExtendedDigest start() {
        return this == RIPEMD160 ? new RIPEMD160Digest() : PlatformDigest.of(javaName);
    }

    /** Of all of {@code data}. */
    public byte[] hash(byte[] data) {
        ExtendedDigest digest = start();
        digest.update(data, 0, data.length);
        byte[] hash = new byte[length];
        digest.doFinal(hash, 0);
        return hash;
    }

    /** DER of the DigestInfo of RFC 8017 section 9.2. */
    public byte[] digestInfo(byte[] hash) {
        try {
            return new DigestInfo(new AlgorithmIdentifier(identifier, DERNull.INSTANCE), hash).getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException("a DigestInfo always has an encoding", e);
        }
    }

    /** Of the hash in bytes. */
    public int length() {
        return length;
    }

    public long mechanism() {
        return numbers.mechanism;
    }

    /** {@code CKM_…_HMAC}. */
    public long hmac() {
        return numbers.mechanism + 1;
    }

    /** {@code CKM_…_HMAC_GENERAL}. */
    public long hmacGeneral() {
        return numbers.mechanism + 2;
    }

    /** {@code CKM_…_KEY_DERIVATION}. */
    public Optional<Long> keyDerivation() {
        return numbers.keyDerivation == Numbers.NO_DERIVATION ? Optional.empty() : Optional.of(numbers.keyDerivation);
    }

    /** {@code CKK_…_HMAC}. */
    public long hmacKeyType() {
        return numbers.hmacKeyType;
    }
}
