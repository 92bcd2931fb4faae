package org.remotepkcs11.pkcs11.object;

import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.remotepkcs11.wire.PrivateKeyObject;

/** What a key object is made of. */
public sealed interface KeyMaterial {
    /** Of certificates and data. */
    record None() implements KeyMaterial {
    }

    /** A secret key in memory. Not copied; its object wipes it. */
    record Secret(byte[] value) implements KeyMaterial {
        @Override
        public String toString() {
            return "Secret(…)";
        }
    }

    record Public(AsymmetricKeyParameter key) implements KeyMaterial {
    }

    /** A private key in memory. */
    record Private(AsymmetricKeyParameter key) implements KeyMaterial {
        @Override
        public String toString() {
            return "Private(…)";
        }
    }

    /** A private key on a card. */
    record OnCard(PrivateKeyObject key) implements KeyMaterial {
    }
}
