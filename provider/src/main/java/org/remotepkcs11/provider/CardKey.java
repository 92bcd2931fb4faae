package org.remotepkcs11.provider;

import java.time.Duration;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** One private key of a card that somebody logged in to: knows what may be asked of it, and asks. */
final class CardKey {
    private final RemoteClient client;
    private final Login login;
    private final PrivateKeyObject object;
    private final Id fingerprint;
    /** Open for as long as the key may be used. */
    private final Object application;

    CardKey(RemoteClient client, Login login, PrivateKeyObject object, Object application) {
        this.application = application;
        this.client = client;
        this.login = login;
        this.object = object;
        this.fingerprint = object.fingerprint();
    }

    PrivateKeyObject object() {
        return object;
    }

    /** Of the public key. */
    Id fingerprint() {
        return fingerprint;
    }

    RemoteCard card() {
        return login.card();
    }

    /** Whether card and key take this mechanism for such a use, as far as the snapshot tells. */
    boolean offers(Operation.Kind kind, long mechanism) {
        boolean usable = switch (kind) {
            case SIGN -> object.usages().contains(PrivateKeyObject.Usage.SIGN);
            case DECRYPT -> object.usages().contains(PrivateKeyObject.Usage.DECRYPT)
                    || object.usages().contains(PrivateKeyObject.Usage.UNWRAP);
            case DERIVE -> object.usages().contains(PrivateKeyObject.Usage.DERIVE);
        };
        return usable && card().mechanisms().contains(mechanism)
                && (object.allowedMechanisms().isEmpty() || object.allowedMechanisms().contains(mechanism));
    }

    byte[] apply(Operation.Kind kind, Mechanism mechanism, byte[] input) throws RefusedException {
        return client.use(login, operation(kind, mechanism, input), Duration.ZERO);
    }

    byte[] sign(Mechanism mechanism, byte[] input, byte[] toBeSigned) throws RefusedException {
        return client.use(login, operation(Operation.Kind.SIGN, mechanism, input).with(toBeSigned), Duration.ZERO);
    }

    private Operation operation(Operation.Kind kind, Mechanism mechanism, byte[] input) {
        return new Operation(fingerprint, kind, mechanism.number(), mechanism.parameters(), input);
    }

    @Override
    public String toString() {
        return "\"" + object.label() + "\" on \"" + card().token().label() + "\"";
    }
}
