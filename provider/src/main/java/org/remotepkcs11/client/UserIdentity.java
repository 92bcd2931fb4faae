package org.remotepkcs11.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.X509KeyManager;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.SoftwareProviders;

/** The user's own key: it signs requests and proves the user in TLS. It is a file on the user's machine, not a card's. */
final class UserIdentity implements X509KeyManager {
    private static final String ALIAS = "user";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    private UserIdentity(PrivateKey key, X509Certificate[] chain) {
        this.key = key;
        this.chain = chain;
    }

    /** @throws RefusedException CONFIGURATION_INVALID */
    static UserIdentity load(ClientConfiguration configuration) throws RefusedException {
        String where = configuration.file() + ": user.keystore " + configuration.userKeyStore();
        char[] password = configuration.userKeyStorePassword().read("password of " + configuration.userKeyStore());
        try (InputStream stream = Files.newInputStream(configuration.userKeyStore())) {
            KeyStore store = KeyStore.getInstance("PKCS12", SoftwareProviders.first("KeyStore", "PKCS12"));
            store.load(stream, password);
            return only(store, password, where);
        } catch (IOException e) {
            String why = e.getCause() instanceof GeneralSecurityException
                    ? " is not opened by user.keystore.password" : " cannot be read as PKCS #12";
            throw ConfigurationFile.invalid(where + why);
        } catch (GeneralSecurityException e) {
            throw ConfigurationFile.invalid(where + " holds a key that cannot be used: " + e.getMessage());
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static UserIdentity only(KeyStore store, char[] password, String where)
            throws GeneralSecurityException, RefusedException {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw ConfigurationFile.invalid(where + " holds " + keys.size() + " private keys; it must hold one");
        }
        X509Certificate[] chain = Arrays.stream(store.getCertificateChain(keys.get(0)))
                .map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
        return new UserIdentity((PrivateKey) store.getKey(keys.get(0), password), chain);
    }

    X509Certificate certificate() {
        return chain[0];
    }

    PublicKey publicKey() {
        return chain[0].getPublicKey();
    }

    /** @throws RefusedException CONFIGURATION_INVALID if the key is of a kind the protocol does not know */
    MessageSigner signer() throws RefusedException {
        try {
            return MessageSigner.of(key, publicKey());
        } catch (IllegalArgumentException e) {
            throw ConfigurationFile.invalid("user.keystore: " + e.getMessage());
        }
    }

    // The proxy judges the certificate itself and says why it refuses one, so the names of authorities are not asked.

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        boolean asked = Arrays.stream(keyTypes).anyMatch(type -> type.equals(key.getAlgorithm())
                || type.startsWith("Ed") && key.getAlgorithm().startsWith("Ed")
                || type.startsWith("RSA") && key.getAlgorithm().startsWith("RSA"));
        return asked ? ALIAS : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain.clone() : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }
}
