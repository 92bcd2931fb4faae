package org.remotepkcs11.inprocess;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes, when the module is installed, the files that the in-process door needs: a host should not have to unpack
 * anything, and starts sooner with an archive of our classes, which its own JVM would never write. Prints the lines of
 * {@code librpkcs11.conf} that name them.
 */
public final class InstalledFiles {
    private static final String LIBRARY = "libjnidispatch.so";
    /** The first release whose archives also hold what is linked and profiled. */
    private static final int AHEAD_OF_TIME = 25;

    private final Path folder;
    private final Path home = Path.of(System.getProperty("java.home"));

    private InstalledFiles(Path folder) {
        this.folder = folder;
    }

    /** @param arguments the folder for them */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        InstalledFiles files = new InstalledFiles(Files.createDirectories(Path.of(arguments[0])).toRealPath());
        files.unpackLibrary();
        String classes = files.jars(System.getProperty("java.class.path"));
        System.out.println("server = " + files.home.resolve(Path.of("lib", "server", "libjvm.so")));
        System.out.println("classes = " + classes);
        System.out.println("libraries = " + files.folder);
        System.out.println("archive = " + files.archive(classes));
    }

    private void unpackLibrary() throws IOException {
        String resource = "/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + LIBRARY;
        try (InputStream in = Native.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("JNA has no " + resource);
            }
            Files.copy(in, folder.resolve(LIBRARY), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A JVM archives no classes of folders; those of a source tree are made jars. */
    private String jars(String classPath) throws IOException, InterruptedException {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(entry))) {
                Path jar = folder.resolve(entries.size() + ".jar");
                run("jar", "--create", "--no-compress", "--file", jar.toString(), "-C", entry, ".");
                entries.add(jar.toString());
            } else {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private Path archive(String classes) throws IOException, InterruptedException {
        boolean aheadOfTime = Runtime.version().feature() >= AHEAD_OF_TIME;
        Path archive = folder.resolve(aheadOfTime ? "classes.aot" : "classes.jsa");
        Files.deleteIfExists(archive);
        run("java", (aheadOfTime ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive, "-XX:+UseSerialGC",
                "-Xlog:disable", "--enable-native-access=ALL-UNNAMED", "-cp", classes, Rehearsal.class.getName(),
                folder.toString());
        return archive;
    }

    private void run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve(Path.of("bin", tool)).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(tool + ".log").toFile()).start();
        if (process.waitFor() != 0) {
            throw new IOException(tool + " ended with " + process.exitValue() + ": see " + folder.resolve(tool + ".log"));
        }
    }
}
