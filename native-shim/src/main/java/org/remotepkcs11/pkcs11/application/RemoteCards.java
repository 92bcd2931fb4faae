package org.remotepkcs11.pkcs11.application;

import java.time.Duration;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;

/** The cards that a proxy offers. */
public record RemoteCards(RemoteClient client) implements CardSource {
    @Override
    public Snapshot snapshot() throws RefusedException {
        return client.snapshot();
    }

    @Override
    public boolean watch(Duration patience) throws RefusedException {
        return client.watch(patience);
    }

    @Override
    public KeySet keySet(RemoteCard card, Object application) {
        return client.keySet(card, application);
    }

    @Override
    public void ended(Object application) {
        client.ended(application);
    }

    @Override
    public CardLogin login(RemoteCard card, char[] pin) throws RefusedException {
        return new RemoteLogin(client, client.login(card, pin));
    }

    private record RemoteLogin(RemoteClient client, Login login) implements CardLogin {
        @Override
        public RemoteCard card() {
            return login.card();
        }

        @Override
        public byte[] use(Operation operation) throws RefusedException {
            return client.use(login, operation, Duration.ZERO);
        }

        @Override
        public CardLogin changePin(char[] newPin) throws RefusedException {
            return new RemoteLogin(client, client.changePin(login, newPin));
        }

        @Override
        public void close() {
            login.close();
        }
    }
}
