/** The constants and values of PKCS #11. */
package org.remotepkcs11.pkcs11.cryptoki;
