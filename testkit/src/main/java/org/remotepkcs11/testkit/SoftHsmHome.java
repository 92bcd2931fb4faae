package org.remotepkcs11.testkit;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A token folder and configuration for this JVM alone. SoftHSM reads SOFTHSM2_CONF by getenv when it is initialised;
 * Java cannot change its own environment, the C library can.
 */
final class SoftHsmHome {
    private static final List<Path> MODULES = List.of(Path.of("/usr/lib/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
            Path.of("/usr/lib64/pkcs11/libsofthsm2.so"));
    private static SoftHsmHome instance;

    private final Path folder;

    private SoftHsmHome(Path folder) {
        this.folder = folder;
    }

    /** @throws IllegalStateException if SoftHSM is not installed */
    static Path module() {
        return MODULES.stream().filter(Files::isRegularFile).findFirst().orElseThrow(() ->
                new IllegalStateException("libsofthsm2.so is missing: apt-get install softhsm2 opensc"));
    }

    static synchronized SoftHsmHome get() throws IOException {
        if (instance == null) {
            Path folder = Files.createTempDirectory("softhsm");
            SoftHsmHome home = new SoftHsmHome(folder);
            Files.createDirectories(home.tokens());
            Files.createDirectories(home.away());
            Files.writeString(home.configuration(), "directories.tokendir = " + home.tokens()
                    + "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n");
            int failed = NativeLibrary.getProcess().getFunction("setenv")
                    .invokeInt(new Object[] {"SOFTHSM2_CONF", home.configuration().toString(), 1});
            if (failed != 0) {
                throw new IOException("setenv failed");
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
            instance = home;
        }
        return instance;
    }

    Path configuration() {
        return folder.resolve("softhsm2.conf");
    }

    Path tokens() {
        return folder.resolve("tokens");
    }

    /** Where removed tokens are kept. */
    Path away() {
        return folder.resolve("away");
    }
}
