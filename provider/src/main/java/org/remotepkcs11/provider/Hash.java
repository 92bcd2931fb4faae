package org.remotepkcs11.provider;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.SoftwareProviders;

/** The hash functions of signatures and paddings; all of them run locally. */
enum Hash {
    SHA1("SHA-1", "SHA1", 20, Mechanisms.SHA_1, Mechanisms.MGF1_SHA1, 0),
    SHA224("SHA-224", "SHA224", 28, Mechanisms.SHA224, Mechanisms.MGF1_SHA224, 4),
    SHA256("SHA-256", "SHA256", 32, Mechanisms.SHA256, Mechanisms.MGF1_SHA256, 1),
    SHA384("SHA-384", "SHA384", 48, Mechanisms.SHA384, Mechanisms.MGF1_SHA384, 2),
    SHA512("SHA-512", "SHA512", 64, Mechanisms.SHA512, Mechanisms.MGF1_SHA512, 3),
    SHA512_224("SHA-512/224", "SHA512/224", 28, 0, 0, 5),
    SHA512_256("SHA-512/256", "SHA512/256", 32, 0, 0, 6),
    SHA3_224("SHA3-224", "SHA3-224", 28, Mechanisms.SHA3_224, Mechanisms.MGF1_SHA3_224, 7),
    SHA3_256("SHA3-256", "SHA3-256", 32, Mechanisms.SHA3_256, Mechanisms.MGF1_SHA3_256, 8),
    SHA3_384("SHA3-384", "SHA3-384", 48, Mechanisms.SHA3_384, Mechanisms.MGF1_SHA3_384, 9),
    SHA3_512("SHA3-512", "SHA3-512", 64, Mechanisms.SHA3_512, Mechanisms.MGF1_SHA3_512, 10);

    private static final String SHA1_PREFIX = "3021300906052b0e03021a05000414";
    /** SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.n, NULL }, OCTET STRING }, RFC 8017 appendix B.1. */
    private static final String NIST_PREFIX = "30%02x300d06096086480165030402%02x050004%02x";

    private final String digestName;
    private final String inSignatures;
    private final int length;
    private final long mechanism;
    private final long mgf;
    private final byte[] digestInfoPrefix;

    Hash(String digestName, String inSignatures, int length, long mechanism, long mgf, int nistArc) {
        this.digestName = digestName;
        this.inSignatures = inSignatures;
        this.length = length;
        this.mechanism = mechanism;
        this.mgf = mgf;
        this.digestInfoPrefix = HexFormat.of().parseHex(
                nistArc == 0 ? SHA1_PREFIX : String.format(NIST_PREFIX, 17 + length, nistArc, length));
    }

    /** As {@link MessageDigest} calls it. */
    String digestName() {
        return digestName;
    }

    /** As signature algorithms spell it: the SHA256 of SHA256withRSA. */
    String inSignatures() {
        return inSignatures;
    }

    /** Bytes. */
    int length() {
        return length;
    }

    /** The {@code CKM_*} of the hash; 0 where PSS and OAEP have none. */
    long mechanism() {
        return mechanism;
    }

    /** The {@code CKG_MGF1_*}; 0 where there is none. */
    long mgf() {
        return mgf;
    }

    boolean fitsPss() {
        return mgf != 0;
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(digestName, SoftwareProviders.first("MessageDigest", digestName));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + digestName, e);
        }
    }

    /** DER DigestInfo, RFC 8017 section 9.2. */
    byte[] digestInfo(byte[] digest) {
        byte[] info = new byte[digestInfoPrefix.length + digest.length];
        System.arraycopy(digestInfoPrefix, 0, info, 0, digestInfoPrefix.length);
        System.arraycopy(digest, 0, info, digestInfoPrefix.length, digest.length);
        return info;
    }

    int digestInfoLength() {
        return digestInfoPrefix.length + length;
    }

    /** By any usual spelling: SHA-256, SHA256, sha-256. */
    static Optional<Hash> named(String name) {
        String plain = plain(name);
        for (Hash hash : values()) {
            if (plain(hash.digestName).equals(plain)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    private static String plain(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("SHA3-") ? upper : upper.replace("SHA-", "SHA");
    }
}
