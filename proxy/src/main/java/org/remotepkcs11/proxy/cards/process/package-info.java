/**
 * PKCS #11 modules in processes of their own, so that one that crashes or hangs takes nothing with it but the one
 * operation it was at.
 */
package org.remotepkcs11.proxy.cards.process;
