package org.remotepkcs11.provider;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestProxyBuilder;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** A user's machine, and a proxy in this process whose card is delegated to the user. Lasts as long as the JVM. */
final class Station {
    private final TestProxy proxy;
    private final Provider provider;
    private final X509Certificate anchor;

    private Station(TestProxy proxy, X509Certificate anchor) {
        this.proxy = proxy;
        this.provider = new RemotePkcs11Provider().configure(proxy.configuration().toString());
        this.anchor = anchor;
    }

    private static final class SoftHsm {
        static final Station ONE = start();

        private static Station start() {
            try {
                SoftHsmToken token = SoftHsmToken.create("Station", SoftHsmKey.RSA_2048, SoftHsmKey.P_256,
                        SoftHsmKey.P_384, SoftHsmKey.ED25519);
                return station(TestProxy.builder().token(token), token.authority().certificate());
            } catch (IOException | GeneralSecurityException | RefusedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Software {
        static final Station ONE = start();

        private static Station start() {
            try {
                return station(TestProxy.builder().softwareCard("Station", SoftwareKeyType.RSA_2048,
                        SoftwareKeyType.P_256, SoftwareKeyType.P_384, SoftwareKeyType.ED25519), null);
            } catch (IOException | GeneralSecurityException | RefusedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Station station(TestProxyBuilder builder, X509Certificate anchor)
            throws IOException, GeneralSecurityException, RefusedException {
        TestProxy proxy = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close));
        return new Station(proxy, anchor);
    }

    /** A SoftHSM2 token with RSA-2048, P-256, P-384 and Ed25519; its authority's certificate is not on it. */
    static Station softHsm() {
        return SoftHsm.ONE;
    }

    /** A software card with the same keys, and with its authority's certificate on it. */
    static Station software() {
        return Software.ONE;
    }

    TestProxy proxy() {
        return proxy;
    }

    Provider provider() {
        return provider;
    }

    Path configuration() {
        return proxy.configuration();
    }

    String token() {
        return proxy.token();
    }

    String pinText() {
        return proxy.virtualPin();
    }

    char[] pin() {
        return pinText().toCharArray();
    }

    /** Whom verifiers trust. */
    X509Certificate anchor() {
        return anchor;
    }

    /** Requests that the proxy received so far. */
    long posts() {
        return proxy.server().requests();
    }

    /** As the client sees it. */
    RemoteCard card() throws RefusedException {
        return RemoteClient.of(ClientConfiguration.load(configuration())).card(Optional.empty());
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
