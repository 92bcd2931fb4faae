package org.remotepkcs11.proxy.access;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * The digest that an operation signs.
 *
 * @param bytes    the digest
 * @param leftmost whether it may be the leftmost octets of a longer one: ECDSA signs no more than the order of the curve
 *                 has room for (FIPS 186-5 section 6.4.1), and some cards take no more
 */
record SignedDigest(byte[] bytes, boolean leftmost) {
    private static final List<Hash> HASHES = List.of(new Hash("SHA-1", 20), new Hash("SHA-224", 28),
            new Hash("SHA3-224", 28), new Hash("SHA-256", 32), new Hash("SHA3-256", 32), new Hash("SHA-512/256", 32),
            new Hash("SHA-384", 48), new Hash("SHA3-384", 48), new Hash("SHA-512", 64), new Hash("SHA3-512", 64));
    private static final int SHA_1_BYTES = 20;
    /** Fewer octets are no hash that binds. */
    private static final int FEWEST_LEFTMOST = 28;

    private record Hash(String name, int length) {
    }

    /** @throws RefusedException {@link ErrorCode#DOCUMENT_UNSEEN} if what is signed is no digest */
    static SignedDigest of(Operation operation) throws RefusedException {
        if (operation.mechanism() == Mechanisms.ECDSA) {
            return new SignedDigest(operation.input(), operation.input().length >= FEWEST_LEFTMOST);
        }
        if (operation.mechanism() == Mechanisms.RSA_PKCS_PSS) {
            return new SignedDigest(operation.input(), false);
        }
        if (operation.mechanism() != Mechanisms.RSA_PKCS) {
            throw unseen("by mechanism 0x" + Long.toHexString(operation.mechanism())
                    + " it cannot be seen which document is signed");
        }
        return new SignedDigest(ofDigestInfo(operation.input()), false);
    }

    private static byte[] ofDigestInfo(byte[] input) throws RefusedException {
        try {
            DigestInfo info = DigestInfo.getInstance(input);
            if (Arrays.equals(info.getEncoded("DER"), input)) {
                return info.getDigest();
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw unseen("what is to be signed is no DigestInfo, so it cannot be seen which document it is");
        }
        throw unseen("what is to be signed is no DER DigestInfo, so it cannot be seen which document it is");
    }

    private static RefusedException unseen(String detail) {
        return new RefusedException(ErrorCode.DOCUMENT_UNSEEN, detail);
    }

    /** Whether this is a digest, or as much of it as is signed. */
    boolean is(byte[] digest) {
        return mayBe(digest.length) && Arrays.equals(digest, 0, bytes.length, bytes, 0, bytes.length);
    }

    private boolean mayBe(int length) {
        return length == bytes.length || leftmost && length > bytes.length;
    }

    boolean isSha1() {
        return bytes.length == SHA_1_BYTES;
    }

    /** The digest of a message that this is; empty if it is of something else, or by SHA-1, which is of nothing for sure. */
    Optional<byte[]> of(byte[] message) {
        return isSha1() ? Optional.empty() : digests(message, this::mayBe).filter(this::is).findFirst();
    }

    /** By every hash that a signature may be made with. @param lengths of digests that are asked for, in bytes */
    static Stream<byte[]> digests(byte[] message, IntPredicate lengths) {
        return HASHES.stream().filter(hash -> lengths.test(hash.length())).map(hash -> digest(hash.name(), message));
    }

    private static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks " + algorithm, e);
        }
    }
}
