package org.remotepkcs11.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.Snapshot;

/**
 * One user's way to one proxy. All clients of a configuration in a JVM share one connection, session, snapshot and
 * memory of confirmed PINs, until the last of them is closed; a program that serves many applications holds one itself.
 * For use by any number of threads. Every refusal that leaves this class is kept for {@code rpkcs11 last-error}.
 */
public final class RemoteClient implements AutoCloseable {
    /** How much longer than the proxy's own patience a Watch may take. */
    static final Duration WATCH_MARGIN = Duration.ofSeconds(10);

    private final ClientConfiguration configuration;
    private final ProxyConnection connection;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RemoteClient(ClientConfiguration configuration, ProxyConnection connection) {
        this.configuration = configuration;
        this.connection = connection;
    }

    /** Reads the keys the configuration names; asks the proxy nothing. @throws RefusedException CONFIGURATION_INVALID */
    public static RemoteClient of(ClientConfiguration configuration) throws RefusedException {
        return told("configure", () -> new RemoteClient(configuration, ProxyConnection.hold(configuration)));
    }

    public ClientConfiguration configuration() {
        return configuration;
    }

    /** All remote cards the user may use: asked for at first need, and again once any answer said that it changed. */
    public Snapshot snapshot() throws RefusedException {
        return told("open", () -> conversation().snapshot(deadline()));
    }

    /** As {@link #snapshot}, asked for in any case. */
    public Snapshot refresh() throws RefusedException {
        return told("open", () -> conversation().refresh(deadline()));
    }

    /**
     * The card to use where a tool names none: the one with this label, else with the configured {@code token}, else
     * the only one.
     *
     * @throws RefusedException CARD_UNKNOWN, CARD_AMBIGUOUS
     */
    public RemoteCard card(Optional<String> label) throws RefusedException {
        List<RemoteCard> cards = snapshot().cards();
        Optional<String> wanted = label.or(configuration::token);
        return told("choose a card", () -> CardChoice.among(cards, wanted));
    }

    /**
     * Which of the card's keys an application is to be shown, from now on and for as long as it lives: where the physical
     * cards behind it hold different keys, those of one that is there and less busy than the others. Asks nobody.
     *
     * @param application counts as open while somebody refers to it, until {@link #ended}
     */
    public KeySet keySet(RemoteCard card, Object application) {
        return connection.keySets().choose(card, load(card), application);
    }

    /** The application has ended. */
    public void ended(Object application) {
        connection.keySets().end(application);
    }

    /** How busy the card is, by the last answer; empty if nothing waits for it and there is no choice. Asks nobody. */
    public Optional<CardLoad> load(RemoteCard card) {
        return conversation().load(card.id());
    }

    /**
     * Confirms the virtual PIN: one request, or none if this very PIN was confirmed before in this JVM and not refused
     * since. A wrong PIN is sent once; a PIN that was changed elsewhere since the snapshot is tried as it is now, too.
     *
     * @param pin is not changed; the caller wipes it
     * @throws RefusedException PIN_WRONG with the tries left, PIN_LOCKED, DELEGATION_REVOKED and others
     */
    public Login login(RemoteCard card, char[] pin) throws RefusedException {
        return told("log in to " + card.token().label(), () -> confirm(card, pin));
    }

    private Login confirm(RemoteCard card, char[] pin) throws RefusedException {
        try {
            return confirmOnce(card, pin);
        } catch (RefusedException e) {
            Optional<RemoteCard> renewed = e.code() == ErrorCode.PIN_WRONG ? renewed(card) : Optional.empty();
            if (renewed.isEmpty()) {
                throw e;
            }
            return confirmOnce(renewed.get(), pin);
        }
    }

    /** The card as it is now, if its PIN was changed elsewhere: then the proof that was sent could not be right. */
    private Optional<RemoteCard> renewed(RemoteCard card) throws RefusedException {
        return conversation().snapshot(deadline()).cards().stream()
                .filter(now -> now.delegation().equals(card.delegation()) && !now.pin().equals(card.pin()))
                .map(now -> card.withPin(now.pin())).findFirst();
    }

    private Login confirmOnce(RemoteCard card, char[] pin) throws RefusedException {
        byte[] proof = proof(pin, card.pin());
        try (Secret secret = Secret.ofPinProof(proof)) {
            if (!connection.confirmedPins().holds(card, proof)) {
                conversation().ask(new Request.Login(card.id()), secret, deadline());
                connection.confirmedPins().remember(card, proof);
            }
            return new Login(card, proof);
        } finally {
            Arrays.fill(proof, (byte) 0);
        }
    }

    private byte[] proof(char[] pin, PinDerivation derivation) throws RefusedException {
        if (pin.length == 0) {
            throw new RefusedException(ErrorCode.PIN_UNAVAILABLE, "an empty virtual pin");
        }
        return PinProof.derive(pin, derivation, proxy());
    }

    /**
     * Has the card apply a key: one request, in which operations that other threads ask for at the same time may ride.
     *
     * @param deadline how long to wait, repeats included; zero: as configured, and beside that as long as the card's
     *                 owner has to approve the operation
     * @return signature in the form of PKCS #11, plaintext or shared secret
     */
    public byte[] use(Login login, Operation operation, Duration deadline) throws RefusedException {
        return told("use " + login.card().token().label(), () -> {
            if (operation.input().length > MessageBounds.MAX_INPUT_BYTES) {
                throw new RefusedException(ErrorCode.MESSAGE_TOO_LARGE, "an input of " + operation.input().length
                        + " bytes; at most " + MessageBounds.MAX_INPUT_BYTES);
            }
            Deadline until = Deadline.in(deadline.isZero()
                    ? configuration.deadline().plus(login.card().approval().within()) : deadline);
            return connection.lane(login, BusyCard.askedAgain(this::carry)).apply(login, operation, until);
        });
    }

    private List<Outcome.Result> carry(Login login, List<Operation> operations, Deadline deadline)
            throws RefusedException {
        Request use = new Request.Use(login.card().id(), operations, forCard(deadline));
        try (Secret secret = login.secret()) {
            Outcome.Used used = (Outcome.Used) conversation().ask(use, secret, deadline);
            return used.results();
        } catch (RefusedException e) {
            doubt(login, e);
            throw e;
        }
    }

    private static Duration forCard(Deadline deadline) {
        Duration remaining = deadline.remaining();
        return remaining.toMillis() > MessageBounds.MAX_WAIT_MS ? Duration.ofMillis(MessageBounds.MAX_WAIT_MS) : remaining;
    }

    /** Forgets a PIN that the proxy no longer takes, so that it is not sent again by itself. */
    private void doubt(Login login, RefusedException refused) {
        switch (refused.code()) {
            case PIN_WRONG -> {
                login.end(refused.refusal());
                connection.confirmedPins().forget(login.card().delegation());
            }
            case PIN_LOCKED, CARD_UNKNOWN, DELEGATION_REVOKED, USER_DISABLED, USER_UNKNOWN ->
                    connection.confirmedPins().forget(login.card().delegation());
            default -> { }
        }
    }

    /**
     * Replaces the user's virtual PIN; the given login ends.
     *
     * @return the login by the new PIN
     */
    public Login changePin(Login login, char[] newPin) throws RefusedException {
        return told("change the pin of " + login.card().token().label(), () -> {
            PinDerivation derivation = PinDerivation.fresh();
            byte[] proof = proof(newPin, derivation);
            try (Secret secret = login.secret(proof)) {
                conversation().ask(new Request.ChangePin(login.card().id(), derivation), secret, deadline());
                RemoteCard card = login.card().withPin(derivation);
                connection.confirmedPins().remember(card, proof);
                conversation().outdate();
                login.close();
                return new Login(card, proof);
            } catch (RefusedException e) {
                doubt(login, e);
                throw e;
            } finally {
                Arrays.fill(proof, (byte) 0);
            }
        });
    }

    /** Waits until the snapshot is no longer the known one. @return false if patience ended first */
    public boolean watch(Duration patience) throws RefusedException {
        return watch(snapshot(), patience);
    }

    /** As {@link #watch(Duration)}, for a snapshot of before. */
    public boolean watch(Snapshot known, Duration patience) throws RefusedException {
        return told("watch", () -> {
            Request watch = new Request.Watch(known.version(), patience);
            Deadline until = Deadline.in(patience.plus(WATCH_MARGIN));
            Outcome.Watched watched = (Outcome.Watched) conversation().ask(watch, Secret.none(), until);
            return watched.changed();
        });
    }

    /**
     * A new certificate for the user, whose key from then on is the one that signed the request.
     *
     * @param certificationRequest PKCS #10, DER (RFC 2986)
     * @return DER, the user's first
     */
    public List<byte[]> renewCertificate(byte[] certificationRequest) throws RefusedException {
        return told("renew the certificate", () -> ((Outcome.CertificateRenewed) conversation().ask(
                new Request.RenewCertificate(certificationRequest), Secret.none(), deadline())).chain());
    }

    /** The last signed tree head of the proxy's log, which continues all that this user was shown before. */
    public String treeHead() throws RefusedException {
        return told("open", () -> conversation().treeHead(deadline()));
    }

    /**
     * Entries of the log, to an auditor.
     *
     * @param to one behind the last
     * @return the bytes that the tree hashes, from the first on; not always all, but at least one if there is one
     */
    public List<byte[]> readLog(long from, long to) throws RefusedException {
        return told("read the log", () -> ((Outcome.LogRead) conversation().ask(new Request.ReadLog(from, to),
                Secret.none(), deadline())).entries());
    }

    /** Of the user's certificate as it was when this client was made. */
    public CertificateTerm certificateTerm() {
        return connection.certificateTerm();
    }

    /** Asks as an owner. @param secret is not closed */
    public Outcome administer(Administration action, Secret secret) throws RefusedException {
        return told("administer", () -> conversation().ask(new Request.Administer(action), secret, deadline()));
    }

    /** {@link org.remotepkcs11.wire.Fingerprint} of the proxy's reply key. */
    public Id proxy() {
        return conversation().proxy();
    }

    /** Requests sent to the proxy so far, over all clients of this configuration. */
    public long requests() {
        return conversation().requests();
    }

    /**
     * How far the proxy's clock is ahead of this machine's by its last answer, refusals included; wrong by no more than
     * the answer's way. Nothing in the protocol depends on it. Empty before the first answer.
     */
    public Optional<Duration> clockDifference() {
        return conversation().clockDifference();
    }

    /** The last signed replies that tell of uses of keys, newest last: {@code SignedReply} messages, at most 64. */
    public List<byte[]> receipts() {
        return connection.receipts().recent();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.release();
        }
    }

    /** @throws IllegalStateException if this client is closed */
    private Conversation conversation() {
        if (closed.get()) {
            throw new IllegalStateException("the client is closed");
        }
        return connection.conversation();
    }

    private Deadline deadline() {
        return Deadline.in(configuration.deadline());
    }

    private interface Attempt<T> {
        T make() throws RefusedException;
    }

    private static <T> T told(String attempt, Attempt<T> call) throws RefusedException {
        try {
            return call.make();
        } catch (RefusedException e) {
            LastRefusal.keep(attempt, e.refusal());
            throw e;
        }
    }
}
