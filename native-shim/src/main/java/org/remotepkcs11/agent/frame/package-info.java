/** The frames of {@code SOCKET.md}: everything that comes from a host's process is bounded and judged here. */
package org.remotepkcs11.agent.frame;
