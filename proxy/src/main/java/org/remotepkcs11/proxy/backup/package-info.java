/**
 * Backups of a proxy: parcels with rules or parts of the log, S/MIME signed by the proxy and encrypted to those who may
 * open them (RFC 8551), and where they go. The secrets that are not in the store never ride with it.
 */
package org.remotepkcs11.proxy.backup;
