package org.remotepkcs11.pkcs11.cryptoki;

/** {@code CK_MECHANISM_INFO}; sizes in bits or bytes as the mechanism's section of the standard says. */
public record MechanismInfo(long minKeySize, long maxKeySize, long flags) {
    public boolean can(long flag) {
        return (flags & flag) != 0;
    }
}
