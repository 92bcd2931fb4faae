package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.Destroyable;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyStoreTest {
    private static final Station STATION = Station.softHsm();

    @Test
    void entriesAreTheCardsKeysAndItsOtherCertificates() throws Exception {
        KeyStore store = Station.software().keyStore();
        List<String> aliases = Collections.list(store.aliases());
        assertThat(aliases).contains("rsa-2048", "p-256", "p-384", "ed25519").hasSize(store.size()).hasSize(5);
        assertThat(store.isKeyEntry("rsa-2048")).isTrue();
        assertThat(store.isCertificateEntry("rsa-2048")).isFalse();
        assertThat(store.getCertificateAlias(store.getCertificate("p-256"))).isEqualTo("p-256");
        assertThat(store.containsAlias("no such alias")).isFalse();
        assertThat(store.getKey("no such alias", null)).isNull();
    }

    @Test
    void chainsReachAsFarAsTheCardsCertificates() throws Exception {
        Certificate[] chain = Station.software().keyStore().getCertificateChain("rsa-2048");
        assertThat(chain).hasSize(2);
        chain[0].verify(chain[1].getPublicKey());
        assertThat(STATION.keyStore().getCertificateChain("rsa-2048")).hasSize(1);
    }

    @Test
    void loadingAgainAsksNothing() throws Exception {
        STATION.keyStore();
        long before = STATION.posts();
        assertThat(STATION.keyStore().getKey("rsa-2048", STATION.pin())).isNotNull();
        assertThat(STATION.posts()).isEqualTo(before);
    }

    @Test
    void withoutPinCertificatesAreShownAndGetKeyLogsIn() throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", STATION.provider());
        store.load(null, null);
        assertThat(store.getCertificate("rsa-2048")).isNotNull();
        assertThatThrownBy(() -> store.getKey("rsa-2048", null)).isInstanceOf(UnrecoverableKeyException.class)
                .hasMessageContaining("PIN_UNAVAILABLE");
        assertThat(store.getKey("rsa-2048", STATION.pin())).isNotNull();
    }

    @Test
    void aWrongPinIsToldAsTheContractOfLoadDemands() throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", STATION.provider());
        assertThatThrownBy(() -> store.load(null, "000000".toCharArray())).isInstanceOf(IOException.class)
                .hasCauseInstanceOf(UnrecoverableKeyException.class).hasMessageContaining("PIN_WRONG");
        store.load(null, STATION.pin());
    }

    @Test
    void thePinMayComeFromACallbackOrAPasswordProtection() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CallbackHandler handler = callbacks -> {
            asked.incrementAndGet();
            ((PasswordCallback) callbacks[0]).setPassword(STATION.pin());
        };
        assertSigns(load(new KeyStore.CallbackHandlerProtection(handler)));
        assertThat(asked).hasValue(1);
        assertSigns(load(new KeyStore.PasswordProtection(STATION.pin())));
    }

    @Test
    void aKeyStoreBuilderWorks() throws Exception {
        KeyStore store = KeyStore.Builder.newInstance("RemotePKCS11", STATION.provider(),
                new KeyStore.PasswordProtection(STATION.pin())).getKeyStore();
        assertSigns(store);
        KeyStore.Entry entry = store.getEntry("p-256", null);
        assertThat(((KeyStore.PrivateKeyEntry) entry).getCertificateChain()).isNotEmpty();
    }

    @Test
    void aKeyStoreFileNamesProxyAndToken() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        STATION.keyStore().store(written, null);
        assertThat(written.toString(StandardCharsets.UTF_8)).contains("token=" + STATION.token());
        KeyStore store = KeyStore.getInstance("RemotePKCS11", STATION.provider());
        store.load(new ByteArrayInputStream(written.toByteArray()), STATION.pin());
        assertSigns(store);
    }

    @Test
    void aKeyStoreFileIsRecognisedByItsFirstLine(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("card.rpkcs11");
        Files.writeString(file, "# RemotePKCS11 key store\nconfig=" + STATION.configuration() + "\n");
        Security.addProvider(new RemotePkcs11Provider());
        try {
            KeyStore store = KeyStore.getInstance(file.toFile(), STATION.pin());
            assertThat(store.getType()).isEqualTo("RemotePKCS11");
            assertSigns(store);
        } finally {
            Security.removeProvider("RemotePKCS11");
        }
    }

    @Test
    void aKeyStoreFileForAnotherProxyIsRefused() throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", STATION.provider());
        byte[] other = "proxy=https://other.example:8443\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> store.load(new ByteArrayInputStream(other), STATION.pin()))
                .isInstanceOf(IOException.class).hasMessageContaining("is for https://other.example:8443");
    }

    @Test
    void anUnknownTokenIsRefusedWithThoseThatAreThere() throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", STATION.provider());
        byte[] file = "token=No card\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> store.load(new ByteArrayInputStream(file), STATION.pin()))
                .isInstanceOf(IOException.class).hasMessageContaining("you may use \"" + STATION.token() + "\"");
    }

    @Test
    void nothingCanBeWritten() throws Exception {
        KeyStore store = STATION.keyStore();
        Certificate certificate = store.getCertificate("p-256");
        Key key = store.getKey("p-256", null);
        assertThatThrownBy(() -> store.setCertificateEntry("x", certificate)).isInstanceOf(KeyStoreException.class)
                .hasMessageContaining("read-only");
        assertThatThrownBy(() -> store.setKeyEntry("x", key, null, new Certificate[] {certificate}))
                .isInstanceOf(KeyStoreException.class);
        assertThatThrownBy(() -> store.deleteEntry("p-256")).isInstanceOf(KeyStoreException.class);
    }

    @Test
    void keysShowNothingAndCannotLeave() throws Exception {
        PrivateKey key = STATION.key("rsa-2048");
        assertThat(key.getEncoded()).isNull();
        assertThat(key.getFormat()).isNull();
        assertThat(key.getAlgorithm()).isEqualTo("RSA");
        assertThat(key).hasToString("RemotePKCS11 RSA private key \"rsa-2048\" on \"" + STATION.token() + "\"");
        assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
                .isInstanceOf(NotSerializableException.class);
    }

    @Test
    void aKeyEqualsItselfHoweverOftenItIsAskedFor() throws Exception {
        PrivateKey key = STATION.key("rsa-2048");
        assertThat(key).isEqualTo(STATION.key("rsa-2048")).hasSameHashCodeAs(STATION.key("rsa-2048"))
                .isNotEqualTo(STATION.key("p-256"));
    }

    @Test
    void aDestroyedKeySignsNoMore() throws Exception {
        PrivateKey key = STATION.key("p-256");
        Signature signature = Signature.getInstance("SHA256withECDSA", STATION.provider());
        signature.initSign(key);
        ((Destroyable) key).destroy();
        assertThatThrownBy(signature::sign).isInstanceOf(SignatureException.class).hasMessage("the key was destroyed");
    }

    @Test
    void loadingWithAFileThatSaysNothingNamesTheFile() throws Exception {
        Provider lost = new RemotePkcs11Provider().configure("/nowhere/client.properties");
        KeyStore store = KeyStore.getInstance("RemotePKCS11", lost);
        assertThatThrownBy(() -> store.load(null, new char[0]))
                .isInstanceOf(IOException.class).hasMessageContaining("/nowhere/client.properties");
    }

    private static KeyStore load(KeyStore.ProtectionParameter protection) throws Exception {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", STATION.provider());
        store.load(() -> protection);
        return store;
    }

    private static void assertSigns(KeyStore store) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA", STATION.provider());
        signature.initSign((PrivateKey) store.getKey("p-256", null));
        assertThat(signature.sign()).isNotEmpty();
    }
}
