package org.remotepkcs11.wire;

/** Of a virtual PIN; PKCS #11 shows it as {@code CKF_USER_PIN_COUNT_LOW}, {@code _FINAL_TRY}, {@code _LOCKED}. */
public enum PinState { OK, COUNT_LOW, FINAL_TRY, LOCKED }
