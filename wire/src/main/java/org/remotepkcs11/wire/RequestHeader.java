package org.remotepkcs11.wire;

import java.time.Instant;

/**
 * What every request says beside its own matter.
 *
 * @param proxy      {@link Fingerprint} of the proxy's reply key
 * @param user       {@link Fingerprint} of the user's key
 * @param session    16 bytes; {@link Id#NONE} in Open
 * @param proxyNonce 32 bytes; {@link Id#NONE} in Open
 * @param sequence   used once in a session, from 1; 0 in Open
 * @param operation  16 bytes; the same when the same operation is asked again
 * @param time       at the user; information only
 */
public record RequestHeader(Id proxy, Id user, Id session, Id proxyNonce, long sequence, Id operation, Instant time) {
}
