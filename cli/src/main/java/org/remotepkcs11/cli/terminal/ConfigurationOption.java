package org.remotepkcs11.cli.terminal;

import java.nio.file.Path;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Option;

/** Mixed into every command that speaks to a proxy as an enrolled user. */
public final class ConfigurationOption {
    @Option(names = "--config", paramLabel = "FILE", description = "client.properties to use instead of the one found "
            + "by RPKCS11_CONFIG, in ~/.config/rpkcs11 or in /etc/rpkcs11.")
    private Path file;

    public ClientConfiguration load() throws RefusedException {
        return file == null ? ClientConfiguration.loadFound() : ClientConfiguration.load(file);
    }
}
