package org.remotepkcs11.wire;

/**
 * How a virtual PIN becomes a proof: Argon2id (RFC 9106) with these parameters.
 *
 * @param salt       16 bytes
 * @param memoryKib  8 to 1,048,576 KiB
 * @param iterations 1 to 64
 * @param parallelism 1 to 16 lanes
 */
public record PinDerivation(Id salt, int memoryKib, int iterations, int parallelism) {
    /** 19 MiB, two passes: the second recommended set of the OWASP list, about 30 ms at a desktop. */
    public static PinDerivation fresh() {
        return new PinDerivation(Id.random(), 19 * 1024, 2, 1);
    }

    public PinDerivation {
        boolean sound = salt.length() == Id.RANDOM_BYTES && memoryKib >= 8 && memoryKib <= 1 << 20
                && iterations >= 1 && iterations <= 64 && parallelism >= 1 && parallelism <= 16;
        if (!sound) {
            throw new IllegalArgumentException("pin derivation parameters out of bounds");
        }
    }
}
