/**
 * The proxy as its operator sees it: a home directory ({@link org.remotepkcs11.proxy.ProxyHome}), its settings, and the
 * server on it ({@link org.remotepkcs11.proxy.ProxyServer}), which puts the other packages together.
 */
package org.remotepkcs11.proxy;
