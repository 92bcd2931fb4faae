package org.remotepkcs11.wire;

/**
 * One application of a private key on a card.
 *
 * @param key        {@link Fingerprint} of the key's public part
 * @param kind       what is asked
 * @param mechanism  a {@code CKM_*} number of {@link Mechanisms}
 * @param parameters of the mechanism, or {@link Parameters.None}
 * @param input      digest, DigestInfo, message (EdDSA) or ciphertext; empty for derive. Not copied: do not change it
 * @param toBeSigned what the digest in {@code input} is of, where it is sent along; else empty. Not copied
 */
public record Operation(Id key, Kind kind, long mechanism, Parameters parameters, byte[] input, byte[] toBeSigned) {
    /** What is asked of the key. */
    public enum Kind { SIGN, DECRYPT, DERIVE }

    /** Parameters of a mechanism, PKCS #11 v3.1 section 6. */
    public sealed interface Parameters {
        /** For mechanisms that take none. */
        record None() implements Parameters {
        }

        /** {@code CK_RSA_PKCS_PSS_PARAMS}; the salt in bytes. */
        record Pss(long hash, long mgf, int saltLength) implements Parameters {
        }

        /** {@code CK_RSA_PKCS_OAEP_PARAMS} with {@code CKZ_DATA_SPECIFIED}. */
        record Oaep(long hash, long mgf, byte[] label) implements Parameters {
        }

        /** {@code CK_ECDH1_DERIVE_PARAMS} with {@code CKD_NULL}: the other party's uncompressed point. */
        record Ecdh(byte[] publicPoint) implements Parameters {
        }
    }

    /** For mechanisms without parameters. */
    public static final Parameters NO_PARAMETERS = new Parameters.None();

    private static final byte[] NOT_SENT = {};

    /** Of which nothing but the input is sent. */
    public Operation(Id key, Kind kind, long mechanism, Parameters parameters, byte[] input) {
        this(key, kind, mechanism, parameters, input, NOT_SENT);
    }

    public Operation with(byte[] signed) {
        return new Operation(key, kind, mechanism, parameters, input, signed);
    }

    /** What is asked of which key, without what it is to be applied to. */
    public Operation withoutInput() {
        return new Operation(key, kind, mechanism, parameters, NOT_SENT);
    }

    @Override
    public String toString() {
        return kind + " by 0x" + Long.toHexString(mechanism) + " with key " + key + " over " + input.length + " bytes";
    }
}
