package org.remotepkcs11.tools;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Maven brought for the tests. */
final class ClassPath {
    private ClassPath() {
    }

    /** The jar {@code NAME-VERSION.jar}. */
    static Path jar(String name) {
        return Stream.of(System.getProperty("java.class.path"), System.getProperty("surefire.test.class.path", ""))
                .flatMap(path -> Stream.of(path.split(File.pathSeparator))).map(Path::of)
                .filter(file -> file.getFileName().toString().matches(name + "-[0-9].*\\.jar")).findFirst()
                .orElseThrow(() -> new IllegalStateException("not on the class path: " + name));
    }
}
