package org.remotepkcs11.provider;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.client.ClientConfiguration;

/**
 * The provider {@value #NAME}: private keys on remote cards for the Java Cryptography Architecture. Its key store type
 * has the same name. Unconfigured it uses the configuration that {@link ClientConfiguration#find} finds. Making or
 * configuring it asks nothing over the network.
 */
public final class RemotePkcs11Provider extends Provider {
    /** Of the provider and of its key store type. */
    public static final String NAME = "RemotePKCS11";

    private static final long serialVersionUID = 1;
    private static final String VERSION = "1.0";

    /** Uses the configuration that the environment names. */
    public RemotePkcs11Provider() {
        this(Optional.empty());
    }

    private RemotePkcs11Provider(Optional<Path> file) {
        super(NAME, VERSION, "private keys on remote smart cards");
        Offers.all().forEach(offer -> putService(new RemoteService(this, offer)));
        putService(new RemoteService(this, new RemoteService.Offer("KeyStore", NAME, List.of(), Map.of(),
                RemoteKeyStore.class, () -> new RemoteKeyStore(file))));
    }

    /**
     * A provider that uses this configuration. The file is read when a key store is loaded, which says what is wrong
     * with it: the JDK's tools hide the reasons of this method behind "provider not found".
     *
     * @param argument path of a {@code client.properties}
     * @throws InvalidParameterException if it is no path
     */
    @Override
    public Provider configure(String argument) {
        try {
            return new RemotePkcs11Provider(Optional.of(Path.of(argument).toAbsolutePath()));
        } catch (InvalidPathException e) {
            throw (InvalidParameterException) new InvalidParameterException(e.getMessage()).initCause(e);
        }
    }
}
