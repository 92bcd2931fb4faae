/** The {@code java.security.Provider} named RemotePKCS11: private keys on remote cards for the Java Cryptography Architecture. */
package org.remotepkcs11.provider;
