package org.remotepkcs11.cli.owner;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.ProxyState.DelegationState;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.Snapshot;

/** An owner's conversation with the proxy: what is there, and what is to change. */
public final class OwnerConnection implements AutoCloseable {
    private static final byte[] NOTHING = {};

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
                .filter(delegation -> !wanted.isEmpty() && delegation.id().toString().startsWith(wanted)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw new CommandFailure(fitting.isEmpty() ? "there is no delegation \"" + prefix + "\""
                : fitting.size() + " delegations begin with " + prefix, "list them: rpkcs11 delegations");
    }

    /**
     * Makes a physical card a remote card; wipes both PINs.
     *
     * @param source  as {@link ProxyState} names it
     * @param cardPin of the card itself
     * @param ownPin  the owner's own new virtual PIN
     */
    public void addCard(String label, String source, char[] cardPin, char[] ownPin) throws RefusedException {
        PinDerivation derivation = PinDerivation.fresh();
        byte[] newProof = proof(ownPin, derivation);
        administer(new Administration.AddCard(label, source, derivation), secret(NOTHING, newProof, utf8(cardPin)));
    }

    /**
     * Tells the proxy a physical card's own PIN anew; wipes both PINs.
     *
     * @param source of the physical card; empty where there is only one
     */
    public void renewCardPin(OwnedCard card, String source, char[] cardPin, char[] ownPin)
            throws RefusedException, CommandFailure {
        byte[] proof = proof(ownPin, ownDerivation(card));
        administer(new Administration.RenewCardPin(card.id(), source), secret(proof, NOTHING, utf8(cardPin)));
    }

    /**
     * Puts one more physical card behind a remote card; wipes both PINs.
     *
     * @param source as {@link ProxyState} names it
     * @return the remote card
     */
    public Id joinCard(OwnedCard card, String source, char[] cardPin, char[] ownPin)
            throws RefusedException, CommandFailure {
        byte[] proof = proof(ownPin, ownDerivation(card));
        return administer(new Administration.JoinCard(card.id(), source), secret(proof, NOTHING, utf8(cardPin)));
    }

    /** @param sealedPin the user's PIN for the proxy to hand on, readable for the user alone; empty: it does not */
    public record Delegating(OwnedCard card, String user, Limits limits, byte[] sealedPin) {
    }

    /**
     * Lets a user use a card; wipes both PINs.
     *
     * @param userPin the user's new virtual PIN
     * @return the delegation
     */
    public Id delegate(Delegating what, char[] ownPin, char[] userPin) throws RefusedException, CommandFailure {
        PinDerivation derivation = PinDerivation.fresh();
        byte[] proof = proof(ownPin, ownDerivation(what.card()));
        Secret proofs = secret(proof, proof(userPin, derivation), NOTHING);
        return administer(new Administration.Delegate(what.card().id(), what.user(), what.limits(), derivation),
                proofs.withSealedPin(what.sealedPin()));
    }

    /** As {@link #delegate(Delegating, char[], char[])}, telling the user the PIN by another way. */
    public Id delegate(OwnedCard card, String user, Limits limits, char[]... pins)
            throws RefusedException, CommandFailure {
        return delegate(new Delegating(card, user, limits, NOTHING), pins[0], pins[1]);
    }

    private static PinDerivation ownDerivation(OwnedCard card) throws CommandFailure {
        return card.ownerDerivation().orElseThrow(() -> new CommandFailure(
                "the card " + card.label() + " belongs to " + card.owner(), "only its owner may do this"));
    }

    /** Approves exactly this; wipes the PIN. @param ownPin for the card that it is to be done by */
    public void approve(Approval asked, char[] ownPin) throws RefusedException, CommandFailure {
        OwnedCard card = state().cards().stream().filter(one -> one.id().equals(asked.cardId())).findFirst()
                .orElseThrow(() -> new CommandFailure("you own no card " + asked.card(), "it was removed meanwhile"));
        byte[] proof = proof(ownPin, ownDerivation(card));
        administer(decision(asked, true), secret(proof, NOTHING, NOTHING));
    }

    public void deny(Approval asked) throws RefusedException {
        administer(decision(asked, false), Secret.none());
    }

    private static Administration decision(Approval asked, boolean approve) {
        return new Administration.Decide(asked.delegation(), asked.operation(), asked.inputHash(), approve);
    }

    /** What waits for the owner's approval now, or was approved and is not done, oldest first. */
    public List<Approval> approvals() throws RefusedException {
        if (perform(new Administration.ListApprovals(), Secret.none()) instanceof Outcome.ApprovalsListed listed) {
            return listed.approvals();
        }
        throw unexpected();
    }

    /** The owner's cards with what waits on them, now. */
    public Snapshot snapshot() throws RefusedException {
        return client.snapshot();
    }

    /** Waits until something is no longer as in this snapshot. */
    public void watch(Snapshot known, Duration patience) throws RefusedException {
        client.watch(known, patience);
    }

    /** @return the id of what was made, if something was */
    Id administer(Administration action, Secret secret) throws RefusedException {
        if (perform(action, secret) instanceof Outcome.Administered administered) {
            return administered.id();
        }
        throw unexpected();
    }

    /** @param invite of somebody new, or of somebody who gets another key */
    public Outcome.Invited invite(Administration invite) throws RefusedException {
        if (perform(invite, Secret.none()) instanceof Outcome.Invited invited) {
            return invited;
        }
        throw unexpected();
    }

    /** The proof of a virtual PIN to this proxy; wipes the PIN. */
    private byte[] proof(char[] pin, PinDerivation derivation) {
        try {
            return PinProof.derive(pin, derivation, client.proxy());
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    /** Wipes what it was given. */
    private static Secret secret(byte[] proof, byte[] newProof, byte[] cardPin) {
        try {
            return Secret.of(proof, newProof, cardPin);
        } finally {
            Arrays.fill(proof, (byte) 0);
            Arrays.fill(newProof, (byte) 0);
            Arrays.fill(cardPin, (byte) 0);
        }
    }

    /** Wipes what it was given. */
    private static byte[] utf8(char[] pin) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        Arrays.fill(pin, '\0');
        return bytes;
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
