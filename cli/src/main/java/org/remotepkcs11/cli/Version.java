package org.remotepkcs11.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code rpkcs11 --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        }
        return new String[] {"rpkcs11 " + properties.getProperty("version"),
            "Java " + Runtime.version() + " of " + System.getProperty("java.home")};
    }
}
