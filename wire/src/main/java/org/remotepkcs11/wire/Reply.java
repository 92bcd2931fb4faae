package org.remotepkcs11.wire;

/**
 * A reply that was checked.
 *
 * @param receipt the {@code SignedReply} as it came: proof of what the proxy said. Not copied: do not change it
 */
public record Reply(ReplyHeader header, Outcome outcome, byte[] receipt) {
}
