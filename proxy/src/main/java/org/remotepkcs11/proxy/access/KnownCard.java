package org.remotepkcs11.proxy.access;

import org.remotepkcs11.wire.Id;

/**
 * A remote card.
 *
 * @param label unique among those not removed
 * @param owner {@link User#id}
 */
record KnownCard(Id id, String label, Id owner, boolean removed) {
}
