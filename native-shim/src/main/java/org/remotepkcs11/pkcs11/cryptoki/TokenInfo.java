package org.remotepkcs11.pkcs11.cryptoki;

/**
 * {@code CK_TOKEN_INFO}; memory sizes and the number of sessions are without bound.
 *
 * @param label         up to 32 characters
 * @param manufacturer  up to 32
 * @param model         up to 16
 * @param serialNumber  up to 16
 * @param sessions      open now, of this application
 * @param rwSessions    of them those read/write
 * @param maxPinLength  bytes
 * @param minPinLength  bytes
 */
public record TokenInfo(String label, String manufacturer, String model, String serialNumber, long flags,
                        long sessions, long rwSessions, long maxPinLength, long minPinLength) {
}
