package org.remotepkcs11.pkcs11.cryptoki;

/** {@code CK_SLOT_INFO}: description up to 64 characters, manufacturer 32. */
public record SlotInfo(String description, String manufacturer, long flags) {
}
