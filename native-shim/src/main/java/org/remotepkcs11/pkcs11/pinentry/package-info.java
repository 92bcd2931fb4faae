/** Asks the user for a PIN by a pinentry program, over the Assuan protocol. */
package org.remotepkcs11.pkcs11.pinentry;
