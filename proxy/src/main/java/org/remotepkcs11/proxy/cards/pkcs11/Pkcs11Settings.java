package org.remotepkcs11.proxy.cards.pkcs11;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A module as the configuration names it.
 *
 * @param name    left of the colon in its cards' sources
 * @param library the module's file
 * @param lanes   calls that one of its tokens takes at once: 1 for cards, more for tokens in software
 * @param idle    after which an unused token is locked again
 * @param files   whether its tokens are files, so that new ones are seen only after C_Initialize
 */
public record Pkcs11Settings(String name, Path library, int lanes, Duration idle, boolean files) {
    public Pkcs11Settings {
        if (name.isBlank() || name.contains(":") || lanes < 1) {
            throw new IllegalArgumentException("a module needs a name without a colon, and at least one lane");
        }
    }

    /** With as many lanes as are known to be good for this module, and five minutes. */
    public static Pkcs11Settings of(String name, Path library) {
        boolean software = library.getFileName().toString().contains("softhsm");
        int lanes = software ? 2 * Runtime.getRuntime().availableProcessors() : 1;
        return new Pkcs11Settings(name, library, lanes, Duration.ofMinutes(5), software);
    }

    public Pkcs11Settings withLanes(int count) {
        return new Pkcs11Settings(name, library, count, idle, files);
    }

    public Pkcs11Settings withIdle(Duration duration) {
        return new Pkcs11Settings(name, library, lanes, duration, files);
    }
}
