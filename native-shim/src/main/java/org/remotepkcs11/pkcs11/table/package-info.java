/**
 * The one table of PKCS #11 function signatures ({@code pkcs11.table}) and the values that pass through it: what a
 * host's call looks like once its pointers are gone.
 */
package org.remotepkcs11.pkcs11.table;
