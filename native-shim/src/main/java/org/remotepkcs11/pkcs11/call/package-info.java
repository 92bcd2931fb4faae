/** Binds the functions of the table to an application: reads their arguments and writes their answers. */
package org.remotepkcs11.pkcs11.call;
