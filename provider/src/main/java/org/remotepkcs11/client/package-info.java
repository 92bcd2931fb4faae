/** The client core: configuration, the conversation with one proxy, logins, and operations that ride together. */
package org.remotepkcs11.client;
