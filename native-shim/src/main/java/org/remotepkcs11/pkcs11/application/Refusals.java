package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.wire.RefusedException;

/** The one place where a refusal becomes a return value. */
final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

    private Refusals() {
    }

    /** Also tells the log, since a host sees only the number. */
    static CkException returned(RefusedException refused) {
        CkException returned = new CkException(refused.code().ckr(), refused.getMessage(), refused);
        LOG.log(System.Logger.Level.WARNING, returned.getMessage());
        return returned;
    }
}
