package org.remotepkcs11.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;

/**
 * What all clients of one configuration in one JVM share: the connection, the session and snapshot, the confirmed PINs
 * and the lanes to the cards. Ends with its last holder.
 */
final class ProxyConnection {
    /** A file as it was when read: a renewed certificate makes another connection. */
    private record Stamp(Path file, FileTime modified, long size) {
        static Stamp of(Path file) throws RefusedException {
            try {
                return new Stamp(file, Files.getLastModifiedTime(file), Files.size(file));
            } catch (IOException e) {
                throw ConfigurationFile.invalid("cannot read " + file);
            }
        }
    }

    private record Key(URI url, List<Stamp> files, Optional<String> logVerifier, Path state) {
        static Key of(ClientConfiguration configuration, StateFolder state) throws RefusedException {
            return new Key(configuration.proxyUrl(), List.of(Stamp.of(configuration.proxyCertificate()),
                    Stamp.of(configuration.proxyAuthority()), Stamp.of(configuration.userKeyStore())),
                    configuration.logVerifier(), state.path());
        }
    }

    private record Keys(Id card, Id keySet) {
    }

    private static final Map<Key, ProxyConnection> OPEN = new HashMap<>();

    private final Key key;
    private final Conversation conversation;
    private final Receipts receipts;
    private final CertificateTerm certificateTerm;
    private final ConfirmedPins confirmedPins = new ConfirmedPins();
    private final KeySetChoice keySets = new KeySetChoice();
    private final Map<Keys, Lane> lanes = new ConcurrentHashMap<>();
    private int holders;

    private ProxyConnection(Key key, Conversation conversation, Receipts receipts, CertificateTerm certificateTerm) {
        this.key = key;
        this.certificateTerm = certificateTerm;
        this.conversation = conversation;
        this.receipts = receipts;
    }

    /** The one of this configuration, made if there is none; to be {@link #release}d. */
    static ProxyConnection hold(ClientConfiguration configuration) throws RefusedException {
        StateFolder state = StateFolder.ofUser();
        Key key = Key.of(configuration, state);
        synchronized (OPEN) {
            ProxyConnection open = OPEN.get(key);
            if (open != null) {
                open.holders++;
                return open;
            }
        }
        ProxyConnection fresh = connect(key, configuration, state);
        ProxyConnection first;
        synchronized (OPEN) {
            first = OPEN.computeIfAbsent(key, absent -> fresh);
            first.holders++;
        }
        if (first != fresh) {
            fresh.conversation.close();
        }
        return first;
    }

    void release() {
        synchronized (OPEN) {
            holders--;
            if (holders > 0) {
                return;
            }
            OPEN.remove(key);
        }
        conversation.close();
        confirmedPins.forgetAll();
    }

    private static ProxyConnection connect(Key key, ClientConfiguration configuration, StateFolder state)
            throws RefusedException {
        ProxyTrust trust = ProxyTrust.load(configuration);
        UserIdentity identity = UserIdentity.load(configuration);
        StateFolder own = state.ofProxy(trust.proxy());
        Receipts receipts = new Receipts(state, own.within("receipts"));
        LogMemory log = new LogMemory(own);
        Line line = new Line(configuration.proxyUrl(), identity, trust, logVerifier(configuration));
        return new ProxyConnection(key, new Conversation(line, log, receipts), receipts,
                CertificateTerm.of(identity.certificate()));
    }

    private static Optional<NoteVerifier> logVerifier(ClientConfiguration configuration) throws RefusedException {
        try {
            return configuration.logVerifier().map(NoteVerifier::parse);
        } catch (IllegalArgumentException e) {
            throw ConfigurationFile.invalid(configuration.file() + ": log.verifier: " + e.getMessage());
        }
    }

    Conversation conversation() {
        return conversation;
    }

    ConfirmedPins confirmedPins() {
        return confirmedPins;
    }

    CertificateTerm certificateTerm() {
        return certificateTerm;
    }

    Receipts receipts() {
        return receipts;
    }

    KeySetChoice keySets() {
        return keySets;
    }

    /** What goes to other keys may go to a slower card: it does not ride along. */
    Lane lane(Login login, Lane.Carrier carrier) {
        return lanes.computeIfAbsent(new Keys(login.card().id(), login.keySet()), absent -> new Lane(carrier));
    }
}
