package org.remotepkcs11.inprocess;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.remotepkcs11.wire.SoftwareProviders;

/** Loads what a host will need, in a JVM that archives what it has loaded. Asks no proxy and no token. */
final class Rehearsal {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final String CLASS = ".class";
    /** All that is ours, and the libraries of which a request touches most. */
    private static final List<String> USED = List.of("org/remotepkcs11/pkcs11/", "org/remotepkcs11/client/",
            "org/remotepkcs11/wire/", "org/remotepkcs11/proto/", "org/remotepkcs11/inprocess/",
            "org/remotepkcs11/agent/frame/", "com/google/protobuf/", "okhttp3/", "okio/", "kotlin/collections/",
            "kotlin/text/", "kotlin/jvm/internal/");

    private Rehearsal() {
    }

    /** @param arguments the folder with JNA's library */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Door.open(arguments[0], Path.of(arguments[0], "rehearsal.log").toString());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            loadClassesOf(entry);
        }
        beginTls();
    }

    private static void loadClassesOf(String entry) throws IOException {
        try (JarFile jar = new JarFile(entry)) {
            jar.stream().map(JarEntry::getName)
                    .filter(name -> name.endsWith(CLASS) && USED.stream().anyMatch(name::startsWith))
                    .forEach(name -> load(name.substring(0, name.length() - CLASS.length()).replace('/', '.')));
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, Rehearsal.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // Libraries have classes for platforms that this one is not.
            LOG.log(System.Logger.Level.DEBUG, "not archived: {0}", e.toString());
        }
    }

    /** As far as the first message of a handshake, which loads most of what one needs. */
    private static void beginTls() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLSv1.3", SoftwareProviders.first("SSLContext", "TLSv1.3"));
        context.init(null, null, SoftwareProviders.random());
        SSLEngine engine = context.createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        int size = engine.getSession().getPacketBufferSize();
        engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(size));
    }
}
