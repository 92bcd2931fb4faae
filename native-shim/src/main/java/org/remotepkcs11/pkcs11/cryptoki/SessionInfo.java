package org.remotepkcs11.pkcs11.cryptoki;

/** {@code CK_SESSION_INFO}. */
public record SessionInfo(long slot, long state, long flags, long deviceError) {
}
