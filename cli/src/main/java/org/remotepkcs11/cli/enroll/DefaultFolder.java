package org.remotepkcs11.cli.enroll;

import java.nio.file.Path;

/** Where a configuration is written if nobody says where: the place in which tools look for it. */
final class DefaultFolder {
    private DefaultFolder() {
    }

    static Path find() {
        String named = System.getenv("XDG_CONFIG_HOME");
        boolean usable = named != null && Path.of(named).isAbsolute();
        Path base = usable ? Path.of(named) : Path.of(System.getProperty("user.home", "/"), ".config");
        return base.resolve("rpkcs11");
    }
}
