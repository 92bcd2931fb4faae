package org.remotepkcs11.provider;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** The JDK's key manager over a key store, left no choice of the entry. */
final class OneAlias extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager all;
    private final String alias;

    private OneAlias(X509ExtendedKeyManager all, String alias) {
        this.all = all;
        this.alias = alias;
    }

    static OneAlias of(KeyStore store, String alias) throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, LocalKeys.PASSWORD.toCharArray());
        return new OneAlias((X509ExtendedKeyManager) factory.getKeyManagers()[0], alias);
    }

    private String ifOf(String keyType) {
        String algorithm = all.getPrivateKey(alias).getAlgorithm();
        return keyType.startsWith(algorithm) ? alias : null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        for (String keyType : keyTypes) {
            if (ifOf(keyType) != null) {
                return alias;
            }
        }
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return ifOf(keyType);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return chooseClientAlias(keyTypes, issuers, null);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return ifOf(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[] {alias};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[] {alias};
    }

    @Override
    public X509Certificate[] getCertificateChain(String name) {
        return all.getCertificateChain(name);
    }

    @Override
    public PrivateKey getPrivateKey(String name) {
        return all.getPrivateKey(name);
    }
}
