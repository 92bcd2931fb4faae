package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestProxyBuilder;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.ProxyState.CardMember;
import org.remotepkcs11.wire.RefusedException;

/** Several physical cards behind one remote card, used by unmodified tools and Java programs. */
final class ParallelCardTest {
    private static final String ALIAS = "p-256";
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;
    private TestProxy proxy;

    @AfterEach
    void stop() {
        proxy.close();
    }

    /** One has other keys than the other. */
    private void startDifferent() throws Exception {
        proxy = TestProxy.builder().softwareCard("one", SoftwareKeyType.P_256).softwareCard("two", SoftwareKeyType.P_256)
                .joined().start();
    }

    /** Copies of one card: they hold the same key. */
    private void startEqual(String... copies) throws Exception {
        TestProxyBuilder builder = TestProxy.builder().softwareCard("one", SoftwareKeyType.P_256);
        proxy = builder.start();
        for (String copy : copies) {
            Files.copy(file("one"), file(copy));
        }
        proxy.restart();
        for (var source : proxy.owner().state().sources()) {
            if (!source.used()) {
                proxy.owner().joinCard(proxy.card(), source.source(), TestProxyBuilder.SOFTWARE_PIN);
            }
        }
    }

    private Path file(String card) {
        return proxy.folder().resolve("software-cards").resolve(card + ".p12");
    }

    private KeyStore keyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11",
                new RemotePkcs11Provider().configure(proxy.configuration().toString()));
        store.load(null, proxy.virtualPin().toCharArray());
        return store;
    }

    private static boolean signs(KeyStore store) throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA", store.getProvider());
        signer.initSign((PrivateKey) store.getKey(ALIAS, null));
        signer.update(new byte[] {1, 2, 3});
        return verifies(store.getCertificate(ALIAS).getPublicKey(), signer.sign());
    }

    private static boolean verifies(PublicKey key, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(key);
        verifier.update(new byte[] {1, 2, 3});
        return verifier.verify(signature);
    }

    private List<CardMember> members() throws RefusedException {
        return proxy.owner().state().cards().get(0).members();
    }

    private void awaitAway(int count) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (members().stream().filter(member -> member.state() == MemberState.AWAY).count() != count) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(100);
        }
    }

    @Test
    void jarsignerJobsSideBySideSpreadOverTheCardsAndEachSignsWithTheKeyOfItsCertificate() throws Exception {
        startDifferent();
        long before = proxy.server().requests();
        List<Path> jars = new ArrayList<>();
        List<Callable<String>> jobs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Path jar = jar("job-" + i);
            jars.add(jar);
            jobs.add(() -> jarsigner(jar).run());
        }
        allOf(jobs);
        assertThat(proxy.server().requests() - before).isLessThanOrEqualTo(3L * jars.size());
        Set<Certificate> signers = new HashSet<>();
        for (Path jar : jars) {
            signers.add(signer(jar));
        }
        assertThat(signers).hasSize(2);
    }

    private Path jar(String name) throws Exception {
        Path jar = folder.resolve(name + ".jar");
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.putNextEntry(new JarEntry("hello.txt"));
            output.write(name.getBytes());
        }
        return jar;
    }

    private Command jarsigner(Path jar) {
        return Command.of(tool(), "-J-cp", "-J" + CLASS_PATH, "-addprovider", "RemotePKCS11", "-providerArg",
                proxy.configuration().toString(), "-storetype", "RemotePKCS11", "-keystore", "NONE", "-storepass:env",
                "PIN", jar.toString(), ALIAS).inEnvironment(Map.of("PIN", proxy.virtualPin()));
    }

    private static String tool() {
        return Path.of(System.getProperty("java.home"), "bin", "jarsigner").toString();
    }

    /** As the JDK reads it, which verifies the signature with the certificate in the jar. */
    private static X509Certificate signer(Path jar) throws Exception {
        try (JarFile file = new JarFile(jar.toFile(), true)) {
            JarEntry entry = file.getJarEntry("hello.txt");
            try (InputStream input = file.getInputStream(entry)) {
                input.transferTo(OutputStream.nullOutputStream());
            }
            return (X509Certificate) entry.getCertificates()[0];
        }
    }

    private static void allOf(List<Callable<String>> jobs) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(jobs.size());
        try {
            for (Future<String> job : threads.invokeAll(jobs)) {
                job.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void keyStoresOfOneProgramShowDifferentCardsAndCostNoRequest() throws Exception {
        startDifferent();
        KeyStore first = keyStore();
        long before = proxy.server().requests();
        KeyStore second = keyStore();
        assertThat(proxy.server().requests()).isEqualTo(before);
        assertThat(first.getCertificate(ALIAS)).isNotEqualTo(second.getCertificate(ALIAS));
        assertThat(signs(first)).isTrue();
        assertThat(signs(second)).isTrue();
    }

    @Test
    void whenACardDiesItsKeyStoresAreToldAndTheNextShowsAnother() throws Exception {
        startDifferent();
        KeyStore first = keyStore();
        KeyStore second = keyStore();
        assertThat(signs(first)).isTrue();
        Files.delete(file("one"));
        awaitAway(1);
        List<KeyStore> living = new ArrayList<>();
        for (KeyStore store : List.of(first, second)) {
            try {
                assertThat(signs(store)).isTrue();
                living.add(store);
            } catch (SignatureException e) {
                assertThat(e).hasRootCauseInstanceOf(RefusedException.class)
                        .hasMessageContaining(ErrorCode.CARD_ABSENT.name());
            }
        }
        assertThat(living).hasSize(1);
        for (int i = 0; i < 2; i++) {
            KeyStore next = keyStore();
            assertThat(next.getCertificate(ALIAS)).isEqualTo(living.get(0).getCertificate(ALIAS));
            assertThat(signs(next)).isTrue();
        }
    }

    @Test
    void cardsWithTheSameKeyLoseNoSignatureWhenOneIsPulledUnderLoad() throws Exception {
        startEqual("two", "three");
        assertThat(members()).hasSize(3);
        KeyStore store = keyStore();
        List<Callable<String>> jobs = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int number = thread;
            jobs.add(() -> {
                for (int i = 0; i < 50; i++) {
                    assertThat(signs(store)).isTrue();
                    if (number == 0 && i == 10) {
                        Files.delete(file("two"));
                    }
                }
                return "";
            });
        }
        allOf(jobs);
        awaitAway(1);
        assertThat(signs(store)).isTrue();
    }

    @Test
    void cardThatComesBackWorksAgain() throws Exception {
        startDifferent();
        byte[] contents = Files.readAllBytes(file("two"));
        Files.delete(file("two"));
        awaitAway(1);
        Files.write(file("two"), contents);
        awaitAway(0);
        assertThat(keyStore().getCertificate(ALIAS)).isNotEqualTo(keyStore().getCertificate(ALIAS));
    }
}
