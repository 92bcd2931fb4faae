package org.remotepkcs11.proxy.access;

import java.time.Instant;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.PinDerivation;

/**
 * That a person may use a remote card.
 *
 * @param byOwner    the owner's own right to the card
 * @param derivation of the person's virtual PIN for it
 */
record Delegation(Id id, Id card, Id person, boolean byOwner, Limits limits, PinDerivation derivation, Instant made,
                  boolean revoked) {
    Vault.Binding binding() {
        return new Vault.Binding(id, person, card);
    }

    Delegation withRevoked() {
        return new Delegation(id, card, person, byOwner, limits, derivation, made, true);
    }

    Delegation withDerivation(PinDerivation next) {
        return new Delegation(id, card, person, byOwner, limits, next, made, revoked);
    }
}
