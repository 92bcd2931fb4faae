package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.Command;

/** As {@code security.provider.1}, the client's own TLS must not ask the client: that would never end. */
final class FirstInTheListTest {
    private static final Station STATION = Station.softHsm();

    @TempDir
    private Path folder;

    @Test
    void aProgramWhoseEveryDefaultIsTheRemoteCardWorks() throws Exception {
        KeyStore local = LocalKeys.keyStore();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new OneAlias[] {OneAlias.of(local, LocalKeys.ALIAS)}, new TrustManager[] {new AnyPeer()}, null);
        try (LoopbackServer server = new LoopbackServer(context)) {
            String said = java(settings(), trust(local), server.port()).run();
            assertThat(said).contains("first provider RemotePKCS11").contains("spoke TLSv1.3")
                    .contains("own key by SunRsaSign");
            assertThat(STATION.keyStore().getCertificateAlias(server.shown())).isNotNull();
        }
    }

    private Command java(Path settings, Path trust, int port) {
        return Command.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "-Djava.security.properties=" + settings,
                "-Djavax.net.ssl.keyStoreType=RemotePKCS11", "-Djavax.net.ssl.keyStore=NONE",
                "-Djavax.net.ssl.keyStorePassword=" + STATION.pinText(),
                "-Djavax.net.ssl.trustStore=" + trust, "-Djavax.net.ssl.trustStorePassword=" + LocalKeys.PASSWORD,
                DefaultsProgram.class.getName(), Integer.toString(port));
    }

    private Path settings() throws IOException {
        StringBuilder text = new StringBuilder("security.provider.1=RemotePKCS11 " + STATION.configuration() + "\n");
        int place = 2;
        for (Provider provider : Security.getProviders()) {
            text.append("security.provider.").append(place++).append('=').append(provider.getName()).append('\n');
        }
        return Files.writeString(folder.resolve("java.security"), text);
    }

    private Path trust(KeyStore local) throws Exception {
        Certificate[] chain = local.getCertificateChain(LocalKeys.ALIAS);
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("anchor", chain[chain.length - 1]);
        Path file = folder.resolve("trust.p12");
        try (OutputStream output = Files.newOutputStream(file)) {
            anchors.store(output, LocalKeys.PASSWORD.toCharArray());
        }
        return file;
    }
}
