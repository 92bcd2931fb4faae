package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/** What a function returns. */
final class Returns {
    private Returns() {
    }

    static void assertReturns(long expected, ThrowingCallable call) {
        CkException thrown = catchThrowableOfType(CkException.class, call);
        assertThat(thrown).as("expected " + CKR.name(expected)).isNotNull();
        assertThat(CKR.name(thrown.returnValue())).isEqualTo(CKR.name(expected));
    }
}
