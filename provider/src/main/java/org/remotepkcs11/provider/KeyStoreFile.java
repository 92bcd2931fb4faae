package org.remotepkcs11.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.ConfigurationFile;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * A small key store file for tools that insist on one: says which card is meant, holds nothing secret.
 *
 * <pre>
 * # RemotePKCS11 key store
 * proxy=https://proxy.example:8443
 * token=Demo card
 * </pre>
 *
 * @param config the client configuration; relative to the working directory, since a stream has no folder of its own
 * @param proxy  must be the configuration's, if given
 * @param token  label of the remote card
 */
record KeyStoreFile(Optional<Path> config, Optional<String> proxy, Optional<String> token) {
    static final KeyStoreFile NONE = new KeyStoreFile(Optional.empty(), Optional.empty(), Optional.empty());

    private static final String FIRST_LINE = "# RemotePKCS11 key store";
    private static final String NAME = "the key store file";
    private static final Set<String> KEYS = Set.of("config", "proxy", "token");

    /** Whether a file begins as ours do. */
    static boolean begins(InputStream stream) throws IOException {
        byte[] expected = FIRST_LINE.getBytes(StandardCharsets.UTF_8);
        return java.util.Arrays.equals(expected, stream.readNBytes(expected.length));
    }

    static KeyStoreFile read(InputStream stream) throws IOException, RefusedException {
        ConfigurationFile read = ConfigurationFile.read(stream, NAME, KEYS);
        return new KeyStoreFile(read.value("config").map(Path::of), read.value("proxy"), read.value("token"));
    }

    /** @throws RefusedException CONFIGURATION_INVALID if the file is for another proxy */
    void requireProxy(ClientConfiguration configuration) throws RefusedException {
        if (proxy.isPresent() && !URI.create(proxy.get().strip()).equals(configuration.proxyUrl())) {
            throw new RefusedException(ErrorCode.CONFIGURATION_INVALID, NAME + " is for " + proxy.get() + ", but "
                    + configuration.file() + " is for " + configuration.proxyUrl());
        }
    }

    void write(OutputStream stream) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        config.ifPresent(path -> text.append("config=").append(path).append('\n'));
        proxy.ifPresent(url -> text.append("proxy=").append(url).append('\n'));
        token.ifPresent(label -> text.append("token=").append(label).append('\n'));
        stream.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
