package org.remotepkcs11.provider;

import java.security.PublicKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.remotepkcs11.client.Login;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** The card that a key store was loaded with, and the keys on it that this key store shows. */
final class LoadedCard {
    /** Stands for this key store and its keys in the choice between key sets. */
    private final Object application = new Object();
    private final RemoteClient client;
    private final RemoteCard card;
    private final CardEntries entries;
    private volatile Login login;

    LoadedCard(RemoteClient client, RemoteCard card) throws CertificateException {
        this.client = client;
        this.card = card.with(client.keySet(card, application));
        this.entries = new CardEntries(this.card);
    }

    RemoteClient client() {
        return client;
    }

    RemoteCard card() {
        return card;
    }

    CardEntries entries() {
        return entries;
    }

    boolean loggedIn() {
        return login != null;
    }

    void logIn(char[] pin) throws RefusedException {
        login = client.login(card, pin);
    }

    /** The key of an entry; the PIN is used if nobody logged in yet. */
    RemotePrivateKey key(CardEntries.Entry entry, Optional<char[]> pin)
            throws RefusedException, UnrecoverableKeyException {
        if (login == null) {
            logIn(pin.orElseThrow(() -> new RefusedException(ErrorCode.PIN_UNAVAILABLE,
                    "the key store was loaded without the virtual pin, and getKey got none")));
        }
        PrivateKeyObject object = entry.key().orElseThrow();
        CardKey key = new CardKey(client, login, object, application);
        PublicKey publicKey = entry.certificate().getPublicKey();
        if (publicKey instanceof RSAPublicKey rsa) {
            return new RemoteRsaPrivateKey(key, rsa);
        }
        if (publicKey instanceof ECPublicKey ec) {
            return new RemoteEcPrivateKey(key, ec);
        }
        if (publicKey instanceof EdECPublicKey ed) {
            return new RemoteEdPrivateKey(key, ed);
        }
        throw new UnrecoverableKeyException("keys of the algorithm " + publicKey.getAlgorithm()
                + " are not for Java programs");
    }
}
