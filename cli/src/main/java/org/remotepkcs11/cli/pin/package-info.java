/** Virtual PINs on their way from an owner to a user. */
package org.remotepkcs11.cli.pin;
