/** The per-user agent: serves {@code librpkcs11.so} over a Unix socket and holds the warm connection to the proxy. */
package org.remotepkcs11.agent;
