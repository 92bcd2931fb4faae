package org.remotepkcs11.wire;

import java.util.Arrays;

/**
 * A signed request, ready to travel.
 *
 * @param header  as sealed
 * @param request as sealed; the reply must fit it
 * @param bytes   the {@code SignedRequest}. Not copied: do not change it
 * @param hash    SHA-256 of what was signed; the reply names it
 */
public record SealedRequest(RequestHeader header, Request request, byte[] bytes, Id hash) {
    /** When it has been sent: the bytes hold the secret. */
    public void wipe() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "SealedRequest(" + hash + ")";
    }
}
