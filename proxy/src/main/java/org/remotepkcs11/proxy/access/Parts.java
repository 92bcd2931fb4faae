package org.remotepkcs11.proxy.access;

import java.time.Clock;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.proxy.store.Ledger;
import org.remotepkcs11.proxy.vault.Vault;

/**
 * What those who judge requests share.
 *
 * @param clock shows whole milliseconds, as they are recorded
 */
record Parts(Database database, Books books, Ledger ledger, Clock clock, Tables tables, Vault vault, Recorder recorder,
             PinGuard pins, Snapshots snapshots, Touches touches, Warranties warranties, Approvals approvals) {
}
