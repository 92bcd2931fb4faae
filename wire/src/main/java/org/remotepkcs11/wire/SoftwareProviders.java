package org.remotepkcs11.wire;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The security providers that this program itself may use. A lookup through the plain list could reach our own token
 * (the provider RemotePKCS11, or SunPKCS11 over our module, which may stand first), which would ask this program
 * again: without end.
 */
public final class SoftwareProviders {
    private static final String OURS = "RemotePKCS11";
    private static final String TOKENS = "SunPKCS11";
    /** Found by their names: a JVM that is asked for the list of all drops from it the one that it is just loading. */
    private static final List<String> PLATFORM = List.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");
    private static final Map<String, Provider> FOUND = new ConcurrentHashMap<>();

    private SoftwareProviders() {
    }

    /** Holder: the random generator is made at first need. */
    private static final class Random {
        static final SecureRandom SOURCE = open();

        private static SecureRandom open() {
            for (String algorithm : List.of("NativePRNG", "Windows-PRNG", "DRBG")) {
                for (Provider provider : preferred("SecureRandom", algorithm)) {
                    try {
                        return SecureRandom.getInstance(algorithm, provider);
                    } catch (NoSuchAlgorithmException e) {
                        continue;
                    }
                }
            }
            throw new IllegalStateException("no source of random numbers");
        }
    }

    /** Random numbers that come from no token. */
    public static SecureRandom random() {
        return Random.SOURCE;
    }

    /**
     * The platform's own provider of a service; the first other software provider where the platform has none.
     *
     * @param type      as in {@link Provider#getService}
     * @param algorithm as in {@link Provider#getService}
     * @throws NoSuchAlgorithmException if there is none
     */
    public static Provider first(String type, String algorithm) throws NoSuchAlgorithmException {
        Provider known = FOUND.get(type + '.' + algorithm);
        if (known != null) {
            return known;
        }
        List<Provider> providers = preferred(type, algorithm);
        if (providers.isEmpty()) {
            throw new NoSuchAlgorithmException("no software provider of " + type + " " + algorithm);
        }
        FOUND.put(type + '.' + algorithm, providers.get(0));
        return providers.get(0);
    }

    /** For keys that cannot leave some other token: every provider but our own. */
    public static List<Provider> allButOurs(String type, String algorithm) {
        List<Provider> result = new ArrayList<>(offering(type, algorithm));
        for (Provider provider : Security.getProviders()) {
            if (provider.getName().startsWith(TOKENS) && provider.getService(type, algorithm) != null) {
                result.add(provider);
            }
        }
        return result;
    }

    private static List<Provider> preferred(String type, String algorithm) {
        List<Provider> result = PLATFORM.stream().map(Security::getProvider)
                .filter(provider -> provider != null && provider.getService(type, algorithm) != null).toList();
        return result.isEmpty() ? offering(type, algorithm) : result;
    }

    private static List<Provider> offering(String type, String algorithm) {
        List<Provider> result = new ArrayList<>();
        for (Provider provider : Security.getProviders()) {
            String name = provider.getName();
            boolean token = name.startsWith(OURS) || name.startsWith(TOKENS);
            if (!token && provider.getService(type, algorithm) != null) {
                result.add(provider);
            }
        }
        return List.copyOf(result);
    }

    /** A failure of what every Java platform has. */
    static IllegalStateException missing(GeneralSecurityException cause) {
        return new IllegalStateException("this Java platform lacks what it must have", cause);
    }
}
