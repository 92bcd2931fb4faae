/** The semantics of PKCS #11: slots, sessions, logins, objects and operations of one application. */
package org.remotepkcs11.pkcs11.application;
