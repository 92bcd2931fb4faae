package org.remotepkcs11.inprocess;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Makes, when the module is installed, the files that the in-process door needs: a host should not have to unpack
 * anything. Prints the lines of {@code librpkcs11.conf} that name them.
 */
public final class InstalledFiles {
    private static final String LIBRARY = "libjnidispatch.so";

    private InstalledFiles() {
    }

    /** @param arguments the folder for them */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0])).toRealPath();
        unpackLibrary(folder);
        System.out.println("server = " + Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"));
        System.out.println("classes = " + System.getProperty("java.class.path"));
        System.out.println("libraries = " + folder);
    }

    private static void unpackLibrary(Path folder) throws IOException {
        String resource = "/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + LIBRARY;
        try (InputStream in = Native.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("JNA has no " + resource);
            }
            Files.copy(in, folder.resolve(LIBRARY), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
