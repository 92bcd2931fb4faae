package org.remotepkcs11.pkcs11.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.SecureRandom;
import java.util.List;

/**
 * The platform's own random numbers, from a provider asked for by name: {@code new SecureRandom()} would ask this very
 * module in a host that has SunPKCS11 over it first in its list.
 */
public final class PlatformRandom {
    private static final String PROVIDER = "SUN";
    /** The second for Windows. */
    private static final List<String> ALGORITHMS = List.of("NativePRNGNonBlocking", "DRBG");
    private static final SecureRandom RANDOM = find();

    private PlatformRandom() {
    }

    public static SecureRandom secure() {
        return RANDOM;
    }

    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static SecureRandom find() {
        NoSuchAlgorithmException missing = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return SecureRandom.getInstance(algorithm, PROVIDER);
            } catch (NoSuchAlgorithmException e) {
                missing = e;
            } catch (NoSuchProviderException e) {
                throw new IllegalStateException("OpenJDK has the provider " + PROVIDER, e);
            }
        }
        throw new IllegalStateException("OpenJDK has one of " + ALGORITHMS, missing);
    }
}
