package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;
import org.remotepkcs11.pkcs11.crypto.PlatformRandom;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.object.CryptokiObject;

/** Digests and random numbers, PKCS #11 v3.2 sections 5.12 and 5.19; all made here. */
public final class DigestFunctions {
    private final Application application;

    DigestFunctions(Application application) {
        this.application = application;
    }

    /** {@code C_DigestInit}. @param mechanism empty: the running digest is cancelled */
    public void init(long session, Optional<Mechanism> mechanism) {
        Session here = application.session(session);
        if (mechanism.isEmpty()) {
            here.digest().cancel();
            return;
        }
        here.digest().requireNone();
        DigestAlgorithm algorithm = DigestAlgorithm.ofMechanism(mechanism.get().type())
                .orElseThrow(() -> new CkException(CKR.MECHANISM_INVALID));
        mechanism.get().requireNoParameter();
        here.digest().begin(new DigestOperation(algorithm));
    }

    /** {@code C_Digest}. */
    public void digest(long session, byte[] data, Output out) {
        application.session(session).digest().last(out, digest -> digest.single(data, out));
    }

    /** {@code C_DigestUpdate}. */
    public void update(long session, byte[] part) {
        application.session(session).digest().step(digest -> {
            digest.update(part);
            return null;
        });
    }

    /** {@code C_DigestKey}: of secret keys. */
    public void key(long session, long key) {
        Session here = application.session(session);
        CryptokiObject secret = new KeyAccess(here).key(key);
        if (secret.objectClass() != CKO.SECRET_KEY) {
            throw new CkException(CKR.KEY_INDIGESTIBLE);
        }
        update(session, secret.attribute(CKA.VALUE).orElseThrow());
    }

    /** {@code C_DigestFinal}. */
    public void finish(long session, Output out) {
        application.session(session).digest().last(out, digest -> digest.finish(out));
    }

    /** {@code C_SeedRandom}: the platform's generator needs no seed and cannot be made worse by one. */
    public void seed(long session, byte[] seed) {
        application.session(session);
        PlatformRandom.secure().setSeed(seed);
    }

    /** {@code C_GenerateRandom}. */
    public byte[] random(long session, long count) {
        application.session(session);
        if (count < 0 || count > Integer.MAX_VALUE - 16) {
            throw new CkException(CKR.ARGUMENTS_BAD);
        }
        return PlatformRandom.bytes((int) count);
    }
}
