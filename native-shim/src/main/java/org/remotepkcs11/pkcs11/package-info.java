/** PKCS #11 for native hosts: makes an application on remote cards of each host that initialises the module. */
package org.remotepkcs11.pkcs11;
