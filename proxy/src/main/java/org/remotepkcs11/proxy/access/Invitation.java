package org.remotepkcs11.proxy.access;

import java.time.Instant;
import org.remotepkcs11.wire.Role;

/** Somebody may enrol under this name until then. */
public record Invitation(String name, Role role, Instant expires) {
}
