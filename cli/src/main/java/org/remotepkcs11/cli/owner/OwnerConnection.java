package org.remotepkcs11.cli.owner;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.ProxyState.DelegationState;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;

/** An owner's conversation with the proxy: what is there, and what is to change. */
public final class OwnerConnection implements AutoCloseable {
    private final RemoteClient client;

    private OwnerConnection(RemoteClient client) {
        this.client = client;
    }

    public static OwnerConnection open(ClientConfiguration configuration) throws RefusedException {
        return new OwnerConnection(RemoteClient.of(configuration));
    }

    public ProxyState state() throws RefusedException {
        if (perform(new Administration.ListState(), Secret.none()) instanceof Outcome.Listed listed) {
            return listed.state();
        }
        throw unexpected();
    }

    /** The owner's card of this name, or the only one where {@code label} is null. */
    public OwnedCard card(String label) throws RefusedException, CommandFailure {
        List<OwnedCard> cards = state().cards();
        List<OwnedCard> fitting = label == null ? cards
                : cards.stream().filter(card -> card.label().equals(label)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        String names = String.join(", ", cards.stream().map(OwnedCard::label).toList());
        throw new CommandFailure(label == null ? "which card?" : "you own no card " + label,
                cards.isEmpty() ? "add one first: rpkcs11 card add" : "your cards: " + names);
    }

    /** The delegation whose id begins so. @param prefix hexadecimal digits, enough to tell it from the others */
    public DelegationState delegation(String prefix) throws RefusedException, CommandFailure {
        String wanted = prefix.toLowerCase(Locale.ROOT);
        List<DelegationState> fitting = state().delegations().stream()
                .filter(delegation -> delegation.id().toString().startsWith(wanted)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw new CommandFailure(fitting.isEmpty() ? "there is no delegation " + prefix
                : fitting.size() + " delegations begin with " + prefix, "list them: rpkcs11 delegations");
    }

    /** @return the id of what was made, if something was */
    public Id administer(Administration action, Secret secret) throws RefusedException {
        if (perform(action, secret) instanceof Outcome.Administered administered) {
            return administered.id();
        }
        throw unexpected();
    }

    public Outcome.Invited invite(Administration.Invite invite) throws RefusedException {
        if (perform(invite, Secret.none()) instanceof Outcome.Invited invited) {
            return invited;
        }
        throw unexpected();
    }

    /** The proof of a virtual PIN to this proxy; wipes the PIN. */
    public byte[] proof(char[] pin, PinDerivation derivation) {
        try {
            return PinProof.derive(pin, derivation, client.proxy());
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private Outcome perform(Administration action, Secret secret) throws RefusedException {
        try (secret) {
            Outcome outcome = client.administer(action, secret);
            if (outcome instanceof Outcome.Refused refused) {
                throw new RefusedException(refused.refusal());
            }
            return outcome;
        }
    }

    private static RefusedException unexpected() {
        return new RefusedException(ErrorCode.REPLY_INVALID, "the proxy answered something else than was asked");
    }

    @Override
    public void close() {
        client.close();
    }
}
