package org.remotepkcs11.wire;

/**
 * A certificate as a token shows it.
 *
 * @param id    CKA_ID
 * @param label CKA_LABEL
 * @param der   the X.509 certificate. Not copied: do not change it
 */
public record CertificateObject(Id id, String label, byte[] der) {
}
