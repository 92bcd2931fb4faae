package org.remotepkcs11.proxy.access;

import org.remotepkcs11.proxy.vault.Vault;

/** What those who judge requests share. */
record Parts(Tables tables, Vault vault, Recorder recorder, PinGuard pins, Snapshots snapshots, Touches touches) {
}
