package org.remotepkcs11.proxy.access;

import java.util.Optional;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/** Who may govern what: owners their own cards and the delegations of these. */
final class Ownership {
    private static final String BY_OPERATOR =
            "; the proxy's operator may: rpkcs11 proxy disable, rpkcs11 proxy invite --replace";

    private final Tables tables;

    Ownership(Tables tables) {
        this.tables = tables;
    }

    /** @throws RefusedException {@link ErrorCode#ROLE_INSUFFICIENT} */
    void checkOwner(Asked asked) throws RefusedException {
        if (asked.user().role() != Role.OWNER) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                    asked.user().name() + " has the role " + asked.user().role() + ", not OWNER");
        }
    }

    /** @throws RefusedException {@link ErrorCode#CARD_UNKNOWN}, {@link ErrorCode#ROLE_INSUFFICIENT} */
    KnownCard ownCard(Asked asked, Id id) throws RefusedException {
        checkOwner(asked);
        KnownCard card = tables.cards().byId(asked.handle(), id).orElseThrow(() -> new RefusedException(
                ErrorCode.CARD_UNKNOWN, "there is no card " + id));
        asked.by(id, Id.NONE);
        if (!card.owner().equals(asked.user().id())) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT, "the card " + card.label() + " is somebody else's");
        }
        return card;
    }

    /** As {@link #ownCard}, but not removed, with the owner's own right to it. */
    Delegation ownEntry(Asked asked, Id id) throws RefusedException {
        KnownCard card = ownCard(asked, id);
        Delegation own = tables.delegations().latest(asked.handle(), asked.user().id(), id).orElseThrow(
                () -> new RefusedException(ErrorCode.STATE_UNTRUSTED,
                        "a row of the table delegation was deleted outside the proxy"));
        if (card.removed() || own.revoked()) {
            throw new RefusedException(ErrorCode.CARD_UNKNOWN, "the card " + card.label() + " was removed");
        }
        asked.by(id, own.id());
        return own;
    }

    /**
     * Nobody takes over, or takes from others, somebody who was not invited by, or works also for others than, this owner.
     *
     * @throws RefusedException {@link ErrorCode#ROLE_INSUFFICIENT}
     */
    void checkOwnPerson(Asked asked, User user) throws RefusedException {
        checkInvited(asked, user);
        checkUsesOnlyOwnCards(asked, user);
    }

    private void checkInvited(Asked asked, User user) throws RefusedException {
        if (tables.inviters().of(asked.handle(), user.id()).filter(asked.user().id()::equals).isEmpty()) {
            throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                    user.name() + " was invited by somebody else" + BY_OPERATOR);
        }
    }

    private void checkUsesOnlyOwnCards(Asked asked, User user) throws RefusedException {
        for (Delegation delegation : tables.delegations().inForceOf(asked.handle(), user.id())) {
            Optional<KnownCard> card = tables.cards().byId(asked.handle(), delegation.card());
            if (card.filter(known -> known.owner().equals(asked.user().id())).isEmpty()) {
                throw new RefusedException(ErrorCode.ROLE_INSUFFICIENT,
                        user.name() + " uses cards of others too" + BY_OPERATOR);
            }
        }
    }

    /** A delegation of one of the owner's cards. */
    Delegation ofOwnCard(Asked asked, Id id) throws RefusedException {
        checkOwner(asked);
        Delegation delegation = tables.delegations().byId(asked.handle(), id).orElseThrow(() -> new RefusedException(
                ErrorCode.CARD_UNKNOWN, "there is no delegation " + id));
        ownCard(asked, delegation.card());
        asked.by(delegation.card(), id);
        return delegation;
    }
}
