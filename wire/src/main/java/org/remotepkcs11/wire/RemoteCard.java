package org.remotepkcs11.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A remote card as one user sees it.
 *
 * @param id           16 bytes, for ever the same
 * @param token        what {@code CK_TOKEN_INFO} shows
 * @param owner        name of the card's owner
 * @param delegation   16 bytes: by which right the user sees it
 * @param pin          how the user's virtual PIN becomes a proof
 * @param pinState     of the user's virtual PIN
 * @param present      whether a physical card answers
 * @param mechanisms   {@code CKM_*} that the proxy will apply
 * @param certificates all certificates
 * @param keys         all private keys the delegation allows
 * @param notBefore    of the delegation
 * @param notAfter     of the delegation
 * @param documentBound whether somebody looks at which document is signed, so that this is to be sent along
 * @param approval     whether the owner approves each Use, and what waits for that
 * @param sealedPin    the user's virtual PIN from the owner, for the user's key, until the user has logged in by it;
 *                     empty if there is none. Not copied: do not change it
 * @param keySets      where the physical cards hold different keys: one for each set of keys, and an application is
 *                     shown the card {@link #with} one of them; then mechanisms, certificates and keys are empty
 */
public record RemoteCard(Id id, Token token, String owner, Id delegation, PinDerivation pin, PinState pinState,
                         boolean present, Set<Long> mechanisms, List<CertificateObject> certificates,
                         List<PrivateKeyObject> keys, Optional<Instant> notBefore,
                         Optional<Instant> notAfter, boolean documentBound, Approval approval, byte[] sealedPin,
                         List<KeySet> keySets) {
    /** What {@code CK_TOKEN_INFO} shows: label up to 32 characters, manufacturer 32, model 16, serial 16. */
    public record Token(String label, String serialNumber, String manufacturer, String model) {
    }

    private static final byte[] NO_PIN = {};

    /**
     * @param within  how long the owner has to approve a Use; zero: no approval is needed
     * @param waiting the user's own operations; to the owner all of the card
     */
    public record Approval(Duration within, List<Waiting> waiting) {
        public static final Approval NONE = new Approval(Duration.ZERO, List.of());

        public Approval {
            waiting = List.copyOf(waiting);
        }

        public boolean needed() {
            return !within.isZero();
        }
    }

    /** An operation that waits for the owner. */
    public record Waiting(Id operation, Instant until) {
    }

    /** For any document, without approval. */
    public RemoteCard(Id id, Token token, String owner, Id delegation, PinDerivation pin, PinState pinState,
                      boolean present, Set<Long> mechanisms, List<CertificateObject> certificates,
                      List<PrivateKeyObject> keys, Optional<Instant> notBefore,
                      Optional<Instant> notAfter) {
        this(id, token, owner, delegation, pin, pinState, present, mechanisms, certificates, keys, notBefore,
                notAfter, false, Approval.NONE, NO_PIN, List.of());
    }

    public RemoteCard {
        mechanisms = Set.copyOf(mechanisms);
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
        keySets = List.copyOf(keySets);
    }

    /** All key sets: at least one. */
    public List<KeySet> sets() {
        return keySets.isEmpty() ? List.of(new KeySet(present, mechanisms, certificates, keys)) : keySets;
    }

    /** As an application sees it that is shown these keys. */
    public RemoteCard with(KeySet set) {
        return new RemoteCard(id, token, owner, delegation, pin, pinState, set.present(), set.mechanisms(),
                set.certificates(), set.keys(), notBefore, notAfter, documentBound, approval,
                sealedPin, List.of());
    }

    /** The same after its PIN was changed. */
    public RemoteCard withPin(PinDerivation changed) {
        return new RemoteCard(id, token, owner, delegation, changed, PinState.OK, present, mechanisms, certificates,
                keys, notBefore, notAfter, documentBound, approval, sealedPin, keySets);
    }
}
