package org.remotepkcs11.wire;

import java.time.Duration;

/** What an owner asks of the proxy. */
public sealed interface Administration {
    /** A one-time enrolment code for a person. */
    record Invite(String name, Role role, Duration valid) implements Administration {
    }

    /** End the key of somebody enrolled; the code that is the answer enrols the same person with another key. */
    record ReplaceKey(String name, Duration valid) implements Administration {
    }

    /** Make a physical card a remote card; the secret holds the owner's new proof and the card's PIN. */
    record AddCard(String label, String source, PinDerivation derivation) implements Administration {
    }

    record RemoveCard(Id card) implements Administration {
    }

    /** Let a user use a card; the secret holds the owner's proof and the delegate's new one. */
    record Delegate(Id card, String userName, Limits limits, PinDerivation derivation) implements Administration {
    }

    record Revoke(Id delegation) implements Administration {
    }

    /** Forget the wrong tries of a delegate. */
    record Unlock(Id delegation) implements Administration {
    }

    record ListState() implements Administration {
    }

    record DisableUser(String name) implements Administration {
    }

    /**
     * Tell the proxy a physical card's PIN anew; the secret holds the owner's proof and that PIN.
     *
     * @param source of the physical card; empty where there is only one
     */
    record RenewCardPin(Id card, String source) implements Administration {
    }

    /** Put one more physical card behind a remote card; the secret holds the owner's proof and its PIN. */
    record JoinCard(Id card, String source) implements Administration {
    }

    /** Take a physical card, but not the last, from behind a remote card. */
    record LeaveCard(Id card, String source) implements Administration {
    }

    /** What waits for the owner's approval. */
    record ListApprovals() implements Administration {
    }

    /**
     * The secret of an approval holds the owner's proof.
     *
     * @param operation the id in the user's request
     * @param inputHash of that request
     * @param approve   else it is denied
     */
    record Decide(Id delegation, Id operation, Id inputHash, boolean approve) implements Administration {
    }
}
