package org.remotepkcs11.proxy.cards.pkcs11;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A module as the configuration names it.
 *
 * @param name    left of the colon in its cards' sources
 * @param library the module's file
 * @param lanes   calls that one of its tokens takes at once: 1 for cards, more for tokens in software
 * @param idle    after which an unused token is locked again
 * @param files   whether its tokens are files, so that new ones are seen only after C_Initialize
 * @param calling how the module wants to be called
 */
public record Pkcs11Settings(String name, Path library, int lanes, Duration idle, boolean files, Calling calling) {
    /** Names of modules whose tokens are software. */
    private static final List<String> SOFTWARE = List.of("softhsm", "softokn", "opencryptoki");

    /**
     * What reality asks for beside the standard.
     *
     * @param serialise      whether it crashes, errs or hangs when it is told of several threads: then one calls at a
     *                       time
     * @param initialisation text for the reserved pointer of {@code CK_C_INITIALIZE_ARGS}, as NSS's softokn wants it;
     *                       empty: none
     */
    public record Calling(boolean serialise, String initialisation) {
        public static final Calling STANDARD = new Calling(false, "");

        Calling serialised() {
            return new Calling(true, initialisation);
        }
    }

    public Pkcs11Settings {
        if (name.isBlank() || name.contains(":") || lanes < 1) {
            throw new IllegalArgumentException("a module needs a name without a colon, and at least one lane");
        }
    }

    /** With as many lanes as are known to be good for this module, and five minutes. */
    public static Pkcs11Settings of(String name, Path library) {
        boolean software = isSoftware(library);
        int lanes = software ? 2 * Runtime.getRuntime().availableProcessors() : 1;
        boolean files = library.getFileName().toString().contains("softhsm");
        return new Pkcs11Settings(name, library, lanes, Duration.ofMinutes(5), files, Calling.STANDARD);
    }

    /** Whether a module is known to have no hardware behind it. */
    public static boolean isSoftware(Path library) {
        String file = library.getFileName().toString().toLowerCase(Locale.ROOT);
        return SOFTWARE.stream().anyMatch(file::contains);
    }

    public Pkcs11Settings withLanes(int count) {
        return new Pkcs11Settings(name, library, count, idle, files, calling);
    }

    public Pkcs11Settings withIdle(Duration duration) {
        return new Pkcs11Settings(name, library, lanes, duration, files, calling);
    }

    /** For a process that does one thing at a time anyway. */
    public Pkcs11Settings serialised() {
        return withCalling(calling.serialised());
    }

    public Pkcs11Settings withCalling(Calling how) {
        return new Pkcs11Settings(name, library, lanes, idle, files, how);
    }
}
