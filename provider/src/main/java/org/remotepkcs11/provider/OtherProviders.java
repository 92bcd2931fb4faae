package org.remotepkcs11.provider;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import org.remotepkcs11.wire.SoftwareProviders;

/** The providers that do what needs no remote card. */
final class OtherProviders {
    private OtherProviders() {
    }

    /** Makes an object by a provider and gives it its key. */
    interface Maker<T> {
        T by(Provider provider) throws GeneralSecurityException;
    }

    /** Gives an object its key. */
    interface Start<T> {
        void with(T object) throws GeneralSecurityException;
    }

    /** By the first provider that takes the key. @throws InvalidKeyException if none does */
    static <T> T start(String type, String algorithm, Maker<T> maker) throws InvalidKeyException {
        GeneralSecurityException why = new NoSuchAlgorithmException("no other provider has " + algorithm);
        for (Provider provider : SoftwareProviders.allButOurs(type, algorithm)) {
            try {
                return maker.by(provider);
            } catch (GeneralSecurityException e) {
                why = e;
            }
        }
        throw new InvalidKeyException("not a key of a remote card, and no other provider takes it for " + algorithm
                + ": " + why.getMessage(), why);
    }
}
