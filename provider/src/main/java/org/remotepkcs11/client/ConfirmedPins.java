package org.remotepkcs11.client;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.RemoteCard;

/** The proofs that the proxy confirmed in this JVM, so that the same PIN need not be asked about again. */
final class ConfirmedPins {
    private record Confirmed(PinDerivation derivation, byte[] proof) {
    }

    private final Map<Id, Confirmed> byDelegation = new HashMap<>();

    synchronized boolean holds(RemoteCard card, byte[] proof) {
        Confirmed confirmed = byDelegation.get(card.delegation());
        return confirmed != null && confirmed.derivation().equals(card.pin())
                && MessageDigest.isEqual(confirmed.proof(), proof);
    }

    synchronized void remember(RemoteCard card, byte[] proof) {
        wipe(byDelegation.put(card.delegation(), new Confirmed(card.pin(), proof.clone())));
    }

    synchronized void forget(Id delegation) {
        wipe(byDelegation.remove(delegation));
    }

    synchronized void forgetAll() {
        byDelegation.values().forEach(ConfirmedPins::wipe);
        byDelegation.clear();
    }

    private static void wipe(Confirmed confirmed) {
        if (confirmed != null) {
            Arrays.fill(confirmed.proof(), (byte) 0);
        }
    }
}
