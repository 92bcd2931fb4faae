/** The cryptography that is done beside the card, with no security provider but the platform's own. */
package org.remotepkcs11.pkcs11.crypto;
