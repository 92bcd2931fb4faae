package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides of TLS, on loopback, with a remote key: the unmodified JSSE of the JDK. */
final class JsseTest {
    private static final Station STATION = Station.softHsm();
    private static final KeyStore LOCAL = LocalKeys.keyStore();

    @BeforeEach
    void install() {
        Security.addProvider(STATION.provider());
    }

    @AfterEach
    void remove() {
        Security.removeProvider("RemotePKCS11");
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, rsa-2048", "TLSv1.3, p-256", "TLSv1.3, p-384", "TLSv1.3, ed25519",
        "TLSv1.2, rsa-2048", "TLSv1.2, p-256"})
    void aRemoteKeyAuthenticatesTheClient(String version, String alias) throws Exception {
        assertThat(handshake(remote(alias), local(), version)).isEqualTo(STATION.certificate(alias));
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, rsa-2048", "TLSv1.3, p-256", "TLSv1.2, rsa-2048", "TLSv1.2, p-256"})
    void aRemoteKeyAuthenticatesTheServer(String version, String alias) throws Exception {
        assertThat(handshake(local(), remote(alias), version)).isEqualTo(LOCAL.getCertificate(LocalKeys.ALIAS));
    }

    @Test
    void theKeyManagerOfTheJdkReadsTheKeyStoreItself() throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance("NewSunX509");
        factory.init(new KeyStoreBuilderParameters(KeyStore.Builder.newInstance("RemotePKCS11", STATION.provider(),
                new KeyStore.PasswordProtection(STATION.pin()))));
        Certificate shown = handshake(context(factory.getKeyManagers()), local(), "TLSv1.3");
        assertThat(STATION.keyStore().getCertificateAlias(shown)).isNotNull();
    }

    /** A handshake with client authentication. @return what the client showed */
    private static Certificate handshake(SSLContext client, SSLContext server, String version) throws Exception {
        try (LoopbackServer listening = new LoopbackServer(server, version)) {
            assertThat(LoopbackServer.talk(client, listening.port())).isEqualTo(version);
            return listening.shown();
        }
    }

    private static SSLContext context(KeyManager... keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new AnyPeer()}, null);
        return context;
    }

    private static SSLContext remote(String alias) throws Exception {
        return context(OneAlias.of(STATION.keyStore(), alias));
    }

    private static SSLContext local() throws Exception {
        return context(OneAlias.of(LOCAL, LocalKeys.ALIAS));
    }
}
