package org.remotepkcs11.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import org.remotepkcs11.played.PlayedProxy;

/** A user's machine with a delegated card, for all tests of this JVM. */
final class Station {
    static final Station SHARED = start();

    private final PlayedProxy proxy;
    private final Path configuration;
    private final Provider provider;

    private Station(PlayedProxy proxy) throws IOException {
        this.proxy = proxy;
        this.configuration = proxy.configuration();
        this.provider = new RemotePkcs11Provider().configure(configuration.toString());
    }

    private static Station start() {
        try {
            return new Station(new PlayedProxy(Files.createTempDirectory("station")));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Provider provider() {
        return provider;
    }

    Path configuration() {
        return configuration;
    }

    String token() {
        return "Played card";
    }

    String pinText() {
        return PlayedProxy.PIN;
    }

    char[] pin() {
        return pinText().toCharArray();
    }

    /** Requests that the proxy received so far. */
    int posts() {
        return proxy.posts();
    }

    /** Bytes of those requests. */
    long bytesReceived() {
        return proxy.bytesReceived();
    }

    /** Loaded with the PIN. */
    KeyStore keyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("RemotePKCS11", provider);
        store.load(null, pin());
        return store;
    }

    PrivateKey key(String alias) throws GeneralSecurityException, IOException {
        return (PrivateKey) keyStore().getKey(alias, null);
    }

    X509Certificate certificate(String alias) throws GeneralSecurityException, IOException {
        return (X509Certificate) keyStore().getCertificate(alias);
    }
}
