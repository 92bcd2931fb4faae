package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.remotepkcs11.cli.enroll.ClientFolder;
import org.remotepkcs11.cli.enroll.Enrolment;
import org.remotepkcs11.cli.enroll.UserKeyType;
import org.remotepkcs11.cli.owner.OwnerConnection;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.ProxyServer;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;

/** A running proxy in one folder, its owner, and a user who may use one card of the owner's. */
final class Stage implements AutoCloseable {
    static final String OWNER = "olivia";
    static final String USER = "ugo";
    private static final Duration CODE_LIFE = Duration.ofMinutes(10);

    private final Path folder;
    private final ProxyHome home;
    private final ProxyServer server;

    private Stage(Path folder, ProxyHome home, ProxyServer server) {
        this.folder = folder;
        this.home = home;
        this.server = server;
    }

    /** Starts the proxy that lies in {@code folder/proxy}. */
    static Stage start(Path folder, ProxyHome home) throws RefusedException {
        return new Stage(folder, home, ProxyServer.start(home));
    }

    URI url() {
        return server.url();
    }

    /** Where the owner's configuration is. */
    Path owner() {
        return client(OWNER).configuration();
    }

    /** Where the user's configuration is. */
    Path user() {
        return client(USER).configuration();
    }

    private ClientFolder client(String name) {
        return new ClientFolder(folder.resolve(name));
    }

    /** The operator invites the owner. */
    void enrolOwner() throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        enrol(OWNER, home.invite(OWNER, Role.OWNER, CODE_LIFE));
    }

    /** The owner invites the user. */
    void enrolUser() throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        try (OwnerConnection owner = OwnerConnection.open(ClientConfiguration.load(owner()))) {
            enrol(USER, owner.invite(new Administration.Invite(USER, Role.USER, CODE_LIFE)).code());
        }
    }

    private void enrol(String name, String code)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        KeyPair key = UserKeyType.P256.generate();
        ClientFolder client = client(name);
        client.prepare(true);
        client.write(url(), Enrolment.of(key, url(), EnrollmentCode.parse(code)), key.getPrivate());
    }

    /** The physical cards that the proxy sees. */
    List<CardSource> sources() throws RefusedException {
        try (OwnerConnection owner = OwnerConnection.open(ClientConfiguration.load(owner()))) {
            return owner.state().sources();
        }
    }

    /** Of one card; wiped when used. */
    record VirtualPins(char[] owner, char[] user) {
    }

    /**
     * The owner makes a physical card a remote card and lets the user use it; wipes all PINs.
     *
     * @return the delegation
     */
    Id delegate(CardSource source, char[] cardPin, Limits limits, VirtualPins pins)
            throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(ClientConfiguration.load(owner()))) {
            owner.addCard(source.label(), source.source(), cardPin, pins.owner().clone());
            return owner.delegate(owner.card(source.label()), USER, limits, pins.owner(), pins.user());
        }
    }

    /** The owner tells the card's PIN anew; wipes both PINs. */
    void renewCardPin(CardSource source, char[] cardPin, char[] ownPin) throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(ClientConfiguration.load(owner()))) {
            owner.renewCardPin(owner.card(source.label()), "", cardPin, ownPin);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
