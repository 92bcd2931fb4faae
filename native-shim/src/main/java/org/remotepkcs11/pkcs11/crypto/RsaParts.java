package org.remotepkcs11.pkcs11.crypto;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;

/**
 * What is known of an RSA private key, which an application may store with its modulus and private exponent alone
 * (PKCS #11 v3.2 section 6.1.3).
 *
 * @param publicExponent empty: one of the usual ones
 * @param primes         both, or empty
 */
public record RsaParts(BigInteger modulus, BigInteger privateExponent, Optional<BigInteger> publicExponent,
                       List<BigInteger> primes) {
    private static final List<BigInteger> USUAL =
            List.of(BigInteger.valueOf(65537), BigInteger.valueOf(3), BigInteger.valueOf(17));
    private static final int TRIES = 100;

    /**
     * With all its parts.
     *
     * @throws IllegalArgumentException or {@link ArithmeticException} if they are of no key
     */
    public RSAPrivateCrtKeyParameters whole() {
        if (modulus.bitLength() > PrivateKeys.MAX_RSA_BITS || privateExponent.compareTo(modulus) >= 0
                || publicExponent.filter(exponent -> exponent.compareTo(modulus) >= 0).isPresent()) {
            throw new IllegalArgumentException("a number is too large");
        }
        for (BigInteger exponent : publicExponent.map(List::of).orElse(USUAL)) {
            Optional<BigInteger> prime = primes.isEmpty() ? prime(exponent) : Optional.of(primes.get(0));
            if (prime.isPresent() && inverts(exponent, prime.get())) {
                return whole(exponent, prime.get());
            }
        }
        throw new IllegalArgumentException("the exponents do not belong together");
    }

    private RSAPrivateCrtKeyParameters whole(BigInteger exponent, BigInteger p) {
        BigInteger q = primes.isEmpty() ? modulus.divide(p) : primes.get(1);
        return new RSAPrivateCrtKeyParameters(modulus, exponent, privateExponent, p, q,
                privateExponent.mod(p.subtract(BigInteger.ONE)), privateExponent.mod(q.subtract(BigInteger.ONE)),
                q.modInverse(p));
    }

    private boolean inverts(BigInteger exponent, BigInteger p) {
        return exponent.multiply(privateExponent).mod(p.subtract(BigInteger.ONE)).equals(BigInteger.ONE);
    }

    /** A prime factor of the modulus, NIST SP 800-56B revision 2 appendix C.1; empty if this is not the exponent. */
    private Optional<BigInteger> prime(BigInteger exponent) {
        BigInteger product = exponent.multiply(privateExponent).subtract(BigInteger.ONE);
        if (product.signum() <= 0 || product.testBit(0) || !modulus.testBit(0)) {
            return Optional.empty();
        }
        int halvings = product.getLowestSetBit();
        for (int base = 2; base < 2 + TRIES; base++) {
            BigInteger power = BigInteger.valueOf(base).modPow(product.shiftRight(halvings), modulus);
            for (int i = 0; i < halvings; i++) {
                BigInteger square = power.multiply(power).mod(modulus);
                boolean root = square.equals(BigInteger.ONE) && !power.equals(BigInteger.ONE)
                        && !power.equals(modulus.subtract(BigInteger.ONE));
                if (root) {
                    return Optional.of(power.subtract(BigInteger.ONE).gcd(modulus));
                }
                power = square;
            }
        }
        return Optional.empty();
    }
}
