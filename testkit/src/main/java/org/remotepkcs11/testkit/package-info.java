/**
 * For tests of whatever uses remote cards: a whole proxy in this process ({@link org.remotepkcs11.testkit.TestProxy}),
 * SoftHSM2 tokens ({@link org.remotepkcs11.testkit.SoftHsmToken}), and a client that sends what no sound client sends
 * ({@link org.remotepkcs11.testkit.WireClient}).
 */
package org.remotepkcs11.testkit;
