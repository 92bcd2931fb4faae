/** The in-process door: PKCS #11 functions that C can call, over the same dispatcher that the agent asks. */
package org.remotepkcs11.inprocess;
