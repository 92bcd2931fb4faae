/** Objects and their attributes: those of a card, out of its snapshot, and those that an application makes. */
package org.remotepkcs11.pkcs11.object;
