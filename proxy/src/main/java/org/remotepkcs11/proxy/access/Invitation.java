package org.remotepkcs11.proxy.access;

import java.time.Instant;
import java.util.Optional;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Role;

/**
 * Somebody may enrol under this name until then.
 *
 * @param replaces the person who gets another key so; empty: somebody new
 */
public record Invitation(String name, Role role, Instant expires, Optional<Id> replaces) {
    static Invitation ofSomebodyNew(String name, Role role, Instant expires) {
        return new Invitation(name, role, expires, Optional.empty());
    }

    static Invitation replacing(User user, Instant expires) {
        return new Invitation(user.name(), user.role(), expires, Optional.of(user.id()));
    }
}
