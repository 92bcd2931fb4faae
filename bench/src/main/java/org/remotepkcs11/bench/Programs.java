package org.remotepkcs11.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.remotepkcs11.provider.RemotePkcs11Provider;
import org.remotepkcs11.testkit.Command;

/**
 * Programs that sign with the first key of a remote card.
 *
 * @param configuration the user's {@code client.properties}
 * @param pin           virtual
 */
record Programs(Path configuration, String pin) {
    private static final byte[] MESSAGE = {1};
    private static final String ENTRY = "hello.txt";
    private static final String DIGEST = "SHA-256";
    private static final String ALGORITHM = "SHA256withECDSA";

    /** What one thread does over and over. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private record Repeated(Step step) implements Workload {
        @Override
        public void sign() throws Exception {
            step.run();
        }

        @Override
        public void close() {
            // The provider has no end of its own.
        }
    }

    private Provider provider() {
        return new RemotePkcs11Provider().configure(configuration.toString());
    }

    private KeyStore open(Provider provider) throws Exception {
        KeyStore keys = KeyStore.getInstance("RemotePKCS11", provider);
        keys.load(null, pin.toCharArray());
        return keys;
    }

    private static String alias(KeyStore keys) throws Exception {
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                return alias;
            }
        }
        throw new IOException("the card shows no key");
    }

    private static PrivateKey key(KeyStore keys) throws Exception {
        return (PrivateKey) keys.getKey(alias(keys), null);
    }

    /** One program that opens the key store once and signs by many threads. */
    Workload byOperation() throws Exception {
        Provider provider = provider();
        PrivateKey key = key(open(provider));
        return new Repeated(() -> sign(provider, key));
    }

    /** Each signature is a program's life: it opens the key store and signs once. */
    Workload byProgram() {
        Provider provider = provider();
        return new Repeated(() -> sign(provider, key(open(provider))));
    }

    private static void sign(Provider provider, PrivateKey key) throws Exception {
        Signature signature = Signature.getInstance(ALGORITHM, provider);
        signature.initSign(key);
        signature.update(MESSAGE);
        signature.sign();
    }

    /** As {@link #byProgram}, but each signs a jar by the API that jarsigner itself uses. @param folder for jars */
    Workload byJarSigner(Path folder) throws IOException {
        Provider provider = provider();
        Path jar = jar(folder.resolve("unsigned.jar"));
        return new Repeated(() -> {
            KeyStore keys = open(provider);
            CertPath path = CertificateFactory.getInstance("X.509")
                    .generateCertPath(List.of(keys.getCertificateChain(alias(keys))));
            JarSigner signer = new JarSigner.Builder(key(keys), path).digestAlgorithm(DIGEST)
                    .signatureAlgorithm(ALGORITHM, provider).build();
            ByteArrayOutputStream signed = new ByteArrayOutputStream();
            try (ZipFile unsigned = new ZipFile(jar.toFile())) {
                signer.sign(unsigned, signed);
            }
            verify(signed.toByteArray());
        });
    }

    /** As {@link #byJarSigner}, but each is a process of {@code jarsigner}. @param folder for jars */
    Workload byProcess(Path folder) throws Exception {
        Path unsigned = jar(folder.resolve("unsigned.jar"));
        String alias = alias(open(provider()));
        AtomicInteger number = new AtomicInteger();
        return new Repeated(() -> {
            Path jar = Files.copy(unsigned, folder.resolve(number.incrementAndGet() + ".jar"));
            Command.of(Path.of(System.getProperty("java.home"), "bin", "jarsigner").toString())
                    .with("-J-cp", "-J" + System.getProperty("java.class.path"), "-J-XX:TieredStopAtLevel=1")
                    .with("-addprovider", "RemotePKCS11", "-providerArg", configuration.toString(), "-storetype",
                            "RemotePKCS11", "-keystore", "NONE", "-storepass:env", "PIN", jar.toString(), alias)
                    .inEnvironment(Map.of("PIN", pin)).run();
            verify(Files.readAllBytes(jar));
        });
    }

    /** That the signature is by the key of the certificate beside it. */
    private static void verify(byte[] jar) throws IOException {
        try (JarInputStream input = new JarInputStream(new ByteArrayInputStream(jar), true)) {
            JarEntry entry = input.getNextJarEntry();
            while (entry != null && !entry.getName().equals(ENTRY)) {
                entry = input.getNextJarEntry();
            }
            input.readAllBytes();
            if (entry == null || entry.getCodeSigners() == null) {
                throw new IOException("a jar is not signed");
            }
        }
    }

    private static Path jar(Path jar) throws IOException {
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.putNextEntry(new JarEntry(ENTRY));
            output.write(MESSAGE);
        }
        return jar;
    }
}
