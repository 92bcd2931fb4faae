package org.remotepkcs11.testkit.piv;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A Java agent because of which one class cannot be loaded: a defect that shows in the middle of the work. */
public final class BrokenClass implements ClassFileTransformer {
    private final String name;

    private BrokenClass(String name) {
        this.name = name;
    }

    /** @param name of the class, with slashes */
    public static void premain(String name, Instrumentation instrumentation) {
        instrumentation.addTransformer(new BrokenClass(name));
    }

    @Override
    public byte[] transform(ClassLoader loader, String loaded, Class<?> old, ProtectionDomain domain, byte[] bytes) {
        return name.equals(loaded) ? new byte[4] : null;
    }

    /** The agent as a file for {@code -javaagent}. */
    static Path archive(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", BrokenClass.class.getName());
        String entry = BrokenClass.class.getName().replace('.', '/') + ".class";
        Path file = folder.resolve("agent.jar");
        try (OutputStream out = Files.newOutputStream(file); JarOutputStream jar = new JarOutputStream(out, manifest);
             InputStream code = BrokenClass.class.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            code.transferTo(jar);
        }
        return file;
    }
}
