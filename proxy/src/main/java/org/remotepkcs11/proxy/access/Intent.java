package org.remotepkcs11.proxy.access;

import org.remotepkcs11.wire.Id;

/**
 * A recorded intent whose outcome is to come.
 *
 * @param index     of its entry in the log
 * @param operation id given by the user
 * @param counted   operations it was newly counted for
 * @param repeat    whether the operation was admitted before
 */
record Intent(User user, long index, Id operation, int counted, boolean repeat) {
}
