/**
 * A PIV smart card (NIST SP 800-73-4) in plain Java, virtual readers to put it in, and a PC/SC daemon of one's own that
 * serves them: what stock OpenSC sees is a card.
 */
package org.remotepkcs11.testkit.piv;
