package org.remotepkcs11.pkcs11;

import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.pkcs11.application.PinEntry;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/**
 * The virtual PIN that the configuration keeps, for hosts that give none. Tools are not told of it: they would no
 * longer send PINs that they have.
 */
record ConfiguredPin(ClientConfiguration configuration, RefusedPins refused) implements PinEntry {
    private static final System.Logger LOG = System.getLogger(ConfiguredPin.class.getName());

    @Override
    public boolean isAvailable() {
        return false;
    }

    @Override
    public Optional<char[]> ask(RemoteCard card, Purpose purpose) {
        return purpose == Purpose.NEW_PIN ? Optional.empty() : read().filter(pin -> !refused.has(card, pin));
    }

    @Override
    public void refused(RemoteCard card) {
        read().ifPresent(pin -> {
            refused.remember(card, pin);
            Arrays.fill(pin, '\0');
        });
    }

    private Optional<char[]> read() {
        Optional<SecretSource> source = configuration.pin().filter(kept -> !(kept instanceof SecretSource.Prompt));
        try {
            return source.isPresent() ? Optional.of(source.get().read("pin")) : Optional.empty();
        } catch (RefusedException e) {
            LOG.log(System.Logger.Level.WARNING, "the configured pin: {0}", e.getMessage());
            return Optional.empty();
        }
    }
}
