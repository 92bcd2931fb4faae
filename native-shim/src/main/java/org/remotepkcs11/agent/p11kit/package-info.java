/**
 * The RPC of p11-kit, protocol version 0 (p11-kit 0.23 and later speak it): stock {@code p11-kit-client.so} in a
 * container or behind a forwarded socket uses remote cards without any of our native code. What a call looks like on
 * the wire follows from {@code pkcs11.table}.
 */
package org.remotepkcs11.agent.p11kit;
