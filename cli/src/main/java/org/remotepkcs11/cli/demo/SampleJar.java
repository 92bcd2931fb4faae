package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Something to sign. */
final class SampleJar {
    private SampleJar() {
    }

    static void write(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            jar.putNextEntry(new JarEntry("greeting.txt"));
            jar.write("Signed with a card that is somewhere else.\n".getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
    }
}
