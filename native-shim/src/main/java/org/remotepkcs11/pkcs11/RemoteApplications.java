package org.remotepkcs11.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.pkcs11.application.Application;
import org.remotepkcs11.pkcs11.application.Inventory;
import org.remotepkcs11.pkcs11.application.PinEntry;
import org.remotepkcs11.pkcs11.application.RemoteCards;
import org.remotepkcs11.pkcs11.call.ApplicationDispatcher;
import org.remotepkcs11.pkcs11.pinentry.Pinentry;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.wire.RefusedException;

/**
 * Applications on the cards of a proxy. Those of one configuration share its connection and what it knows of the
 * cards; both stay warm between applications, until {@link #close} or until the configuration or the user's key
 * changed and the last application of the old one has ended.
 */
public final class RemoteApplications implements ApplicationFactory, AutoCloseable {
    /** One configuration as it was when it was read. */
    private record Stamp(ClientConfiguration configuration, FileTime configured, FileTime key) {
    }

    private static final class Shared {
        private final Stamp stamp;
        private final RemoteClient client;
        private final Inventory inventory;
        private int applications;
        private boolean replaced;

        Shared(Stamp stamp, RemoteClient client) {
            this.stamp = stamp;
            this.client = client;
            this.inventory = new Inventory(new RemoteCards(client));
        }

        void close() {
            inventory.close();
            client.close();
        }
    }

    private final BiFunction<Host, ClientConfiguration, PinEntry> pinEntries;
    private final List<Shared> shared = new ArrayList<>();

    /** NULL PINs are answered by the configured one, where there is one, or by the user where it says {@code prompt}. */
    public RemoteApplications() {
        this(new RefusedPins());
    }

    private RemoteApplications(RefusedPins refused) {
        this((host, configuration) -> pinEntry(host, configuration, refused));
    }

    private static PinEntry pinEntry(Host host, ClientConfiguration configuration, RefusedPins refused) {
        boolean asks = configuration.pin().filter(SecretSource.Prompt.class::isInstance).isPresent();
        Optional<Path> program = asks ? Pinentry.program(System.getenv()) : Optional.empty();
        return program.isPresent() ? new Pinentry(program.get(), host.terminal(), host.toString())
                : new ConfiguredPin(configuration, refused);
    }

    /** @param pinEntries who asks for PINs that a host does not give */
    public RemoteApplications(BiFunction<Host, ClientConfiguration, PinEntry> pinEntries) {
        this.pinEntries = pinEntries;
    }

    @Override
    public Dispatcher open(Host host) throws RefusedException {
        ClientConfiguration configuration = host.configuration().isPresent()
                ? ClientConfiguration.load(host.configuration().get()) : ClientConfiguration.loadFound();
        Shared used = use(configuration);
        PinEntry pinEntry = pinEntries.apply(host, configuration);
        ApplicationDispatcher dispatcher =
                new ApplicationDispatcher(new Application(used.inventory, host.token(), pinEntry));
        return new Leaving(dispatcher, () -> leave(used));
    }

    private synchronized Shared use(ClientConfiguration configuration) throws RefusedException {
        Stamp stamp = new Stamp(configuration, modified(configuration.file()), modified(configuration.userKeyStore()));
        Optional<Shared> same = shared.stream().filter(known -> known.stamp.equals(stamp)).findAny();
        if (same.isEmpty()) {
            Shared fresh = new Shared(stamp, RemoteClient.of(configuration));
            shared.stream().filter(known -> known.stamp.configuration().file().equals(configuration.file()))
                    .forEach(known -> known.replaced = true);
            closeReplaced();
            shared.add(fresh);
            same = Optional.of(fresh);
        }
        same.get().applications++;
        return same.get();
    }

    private synchronized void leave(Shared used) {
        used.applications--;
        closeReplaced();
    }

    private void closeReplaced() {
        List<Shared> over = shared.stream().filter(known -> known.replaced && known.applications == 0).toList();
        over.forEach(Shared::close);
        shared.removeAll(over);
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    @Override
    public synchronized void close() {
        shared.forEach(Shared::close);
        shared.clear();
    }
}
