package org.remotepkcs11.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

/** The owner of a test proxy's cards; acts by signed requests, as every owner. */
public final class TestOwner {
    /** Cheap, so that tests are quick: people's PINs get {@link PinDerivation#fresh}. */
    static final int MEMORY_KIB = 64;
    private static final byte[] ABSENT = new byte[0];

    private final WireClient client;
    private final char[] pin;

    TestOwner(WireClient client, char[] pin) {
        this.client = client;
        this.pin = pin.clone();
    }

    static PinDerivation cheapDerivation() {
        return new PinDerivation(Id.random(), MEMORY_KIB, 1, 1);
    }

    private Outcome administer(Administration action, Secret secret) throws RefusedException {
        try (secret) {
            client.open();
            return client.ask(new Request.Administer(action), secret);
        }
    }

    private byte[] proof(PinDerivation derivation) {
        return PinProof.derive(pin, derivation, client.proxy());
    }

    public ProxyState state() throws RefusedException {
        return ((Outcome.Listed) administer(new Administration.ListState(), Secret.none())).state();
    }

    /** @return a one-time enrolment code */
    public String invite(String name, Role role) throws RefusedException {
        Administration invite = new Administration.Invite(name, role, TestProxy.CODE_VALID);
        return ((Outcome.Invited) administer(invite, Secret.none())).code();
    }

    /** @param source as {@link ProxyState#sources} names it */
    public Id addCard(String label, String source, String cardPin) throws RefusedException {
        PinDerivation derivation = cheapDerivation();
        Secret secret = Secret.of(ABSENT, proof(derivation), cardPin.getBytes(StandardCharsets.UTF_8));
        return ((Outcome.Administered) administer(new Administration.AddCard(label, source, derivation), secret)).id();
    }

    /** Puts one more physical card behind a remote card. */
    public void joinCard(Id card, String source, String cardPin) throws RefusedException {
        Secret secret = Secret.of(proof(card(card).ownerDerivation().orElseThrow()), ABSENT,
                cardPin.getBytes(StandardCharsets.UTF_8));
        administer(new Administration.JoinCard(card, source), secret);
    }

    /** Takes a physical card from behind a remote card. */
    public void leaveCard(Id card, String source) throws RefusedException {
        administer(new Administration.LeaveCard(card, source), Secret.none());
    }

    /** @return names the delegation */
    public Id delegate(Id card, String user, Limits limits, String virtualPin) throws RefusedException {
        OwnedCard owned = card(card);
        PinDerivation derivation = cheapDerivation();
        char[] characters = virtualPin.toCharArray();
        Secret secret = Secret.of(proof(owned.ownerDerivation().orElseThrow()),
                PinProof.derive(characters, derivation, client.proxy()), ABSENT);
        Arrays.fill(characters, '\0');
        Administration delegate = new Administration.Delegate(card, user, limits, derivation);
        return ((Outcome.Administered) administer(delegate, secret)).id();
    }

    private OwnedCard card(Id id) throws RefusedException {
        return state().cards().stream().filter(card -> card.id().equals(id)).findFirst().orElseThrow();
    }

    /** From its return on no card does anything by this delegation. */
    public void revoke(Id delegation) throws RefusedException {
        administer(new Administration.Revoke(delegation), Secret.none());
    }

    public void unlock(Id delegation) throws RefusedException {
        administer(new Administration.Unlock(delegation), Secret.none());
    }

    /** What waits for this owner's approval. */
    public List<Approval> approvals() throws RefusedException {
        return ((Outcome.ApprovalsListed) administer(new Administration.ListApprovals(), Secret.none())).approvals();
    }

    public void decide(Approval asked, boolean approve) throws RefusedException {
        Secret secret = approve ? Secret.ofPinProof(proof(card(asked.cardId()).ownerDerivation().orElseThrow()))
                : Secret.none();
        administer(new Administration.Decide(asked.delegation(), asked.operation(), asked.inputHash(), approve), secret);
    }

    public void disable(String user) throws RefusedException {
        administer(new Administration.DisableUser(user), Secret.none());
    }

    public void removeCard(Id card) throws RefusedException {
        administer(new Administration.RemoveCard(card), Secret.none());
    }

    void close() {
        client.close();
        Arrays.fill(pin, '\0');
    }
}
