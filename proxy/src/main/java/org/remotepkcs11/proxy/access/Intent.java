package org.remotepkcs11.proxy.access;

import java.util.List;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;

/**
 * A recorded intent whose outcome is to come.
 *
 * @param index     of its entry in the log
 * @param operation id given by the user
 * @param counted   operations it was newly counted for
 * @param repeat    whether the operation was admitted before
 * @param uses      what a Use asks of keys; else empty
 */
record Intent(User user, long index, Id operation, int counted, boolean repeat, List<Operation> uses) {
}
