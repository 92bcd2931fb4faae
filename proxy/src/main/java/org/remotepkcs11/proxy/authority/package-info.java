/**
 * The proxy's own certificate authority, and the judgement of users' certificates. Knows X.509 and nothing else.
 */
package org.remotepkcs11.proxy.authority;
