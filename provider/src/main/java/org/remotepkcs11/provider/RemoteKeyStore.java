package org.remotepkcs11.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.PrivateKey;
import java.security.UnrecoverableEntryException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.RefusedException;

/** The key store type RemotePKCS11: one remote card, read-only. */
final class RemoteKeyStore extends KeyStoreSpi {
    private final Optional<Path> configured;
    private volatile LoadedCard loaded;

    /** @param configured the configuration file of the provider, if it has one */
    RemoteKeyStore(Optional<Path> configured) {
        this.configured = configured;
    }

    /** Gives the PIN when it is needed. */
    private interface PinSource {
        Optional<char[]> pin(LoadedCard card) throws IOException, RefusedException;
    }

    // ---------------------------------------------------------------------------------------------- loading

    @Override
    public void engineLoad(InputStream stream, char[] password) throws IOException, CertificateException {
        load(stream, card -> Optional.ofNullable(password).map(char[]::clone));
    }

    @Override
    public void engineLoad(KeyStore.LoadStoreParameter parameter) throws IOException, CertificateException {
        KeyStore.ProtectionParameter protection = parameter == null ? null : parameter.getProtectionParameter();
        if (protection instanceof KeyStore.CallbackHandlerProtection callback) {
            load(null, card -> Optional.of(ask(callback.getCallbackHandler(), card)));
        } else if (protection == null) {
            engineLoad(null, null);
        } else {
            engineLoad(null, password(protection));
        }
    }

    private static char[] password(KeyStore.ProtectionParameter protection) {
        if (protection instanceof KeyStore.PasswordProtection password) {
            return password.getPassword();
        }
        throw new IllegalArgumentException("a PIN is given by PasswordProtection or CallbackHandlerProtection, not by "
                + protection.getClass().getName());
    }

    private void load(InputStream stream, PinSource source) throws IOException, CertificateException {
        try {
            KeyStoreFile file = stream == null ? KeyStoreFile.NONE : KeyStoreFile.read(stream);
            ClientConfiguration configuration = configuration(file.config().or(() -> configured));
            file.requireProxy(configuration);
            RemoteClient client = RemoteClient.of(configuration);
            LoadedCard card = new LoadedCard(client, client.card(file.token()));
            Optional<char[]> pin = source.pin(card);
            logIn(card, pin.isPresent() ? pin : configuredPin(configuration));
            loaded = card;
        } catch (RefusedException e) {
            throw JcaErrors.load(e);
        }
    }

    private static ClientConfiguration configuration(Optional<Path> file) throws RefusedException {
        return file.isPresent() ? ClientConfiguration.load(file.get()) : ClientConfiguration.loadFound();
    }

    private static Optional<char[]> configuredPin(ClientConfiguration configuration) throws RefusedException {
        Optional<SecretSource> source = configuration.pin();
        return source.isPresent() ? Optional.of(source.get().read("virtual pin")) : Optional.empty();
    }

    private static void logIn(LoadedCard card, Optional<char[]> pin) throws RefusedException {
        if (pin.isPresent()) {
            try {
                card.logIn(pin.get());
            } finally {
                Arrays.fill(pin.get(), '\0');
            }
        }
    }

    private static char[] ask(CallbackHandler handler, LoadedCard card) throws IOException {
        PasswordCallback callback =
                new PasswordCallback("virtual PIN of \"" + card.card().token().label() + "\": ", false);
        try {
            handler.handle(new Callback[] {callback});
            char[] pin = callback.getPassword();
            return pin == null ? new char[0] : pin;
        } catch (UnsupportedCallbackException e) {
            throw new IOException("the callback handler does not answer a PasswordCallback", e);
        } finally {
            callback.clearPassword();
        }
    }

    @Override
    public boolean engineProbe(InputStream stream) throws IOException {
        return KeyStoreFile.begins(stream);
    }

    /** Nothing on the card is written; a stream gets a key store file that names the card. */
    @Override
    public void engineStore(OutputStream stream, char[] password) throws IOException {
        if (stream != null) {
            LoadedCard card = loaded();
            new KeyStoreFile(configured, Optional.of(card.client().configuration().proxyUrl().toString()),
                    Optional.of(card.card().token().label())).write(stream);
        }
    }

    @Override
    public void engineStore(KeyStore.LoadStoreParameter parameter) {
        loaded();
    }

    private LoadedCard loaded() {
        LoadedCard card = loaded;
        if (card == null) {
            throw new IllegalStateException("the key store is not loaded");
        }
        return card;
    }

    // ---------------------------------------------------------------------------------------------- reading

    private Optional<CardEntries.Entry> entry(String alias) {
        return loaded().entries().entry(alias);
    }

    @Override
    public Key engineGetKey(String alias, char[] password) throws UnrecoverableKeyException {
        Optional<CardEntries.Entry> entry = entry(alias).filter(found -> found.key().isPresent());
        if (entry.isEmpty()) {
            return null;
        }
        try {
            return loaded().key(entry.get(), Optional.ofNullable(password));
        } catch (RefusedException e) {
            throw JcaErrors.unrecoverable(e);
        }
    }

    @Override
    public KeyStore.Entry engineGetEntry(String alias, KeyStore.ProtectionParameter protection)
            throws UnrecoverableEntryException {
        Optional<CardEntries.Entry> entry = entry(alias);
        if (entry.isEmpty()) {
            return null;
        }
        if (entry.get().key().isEmpty()) {
            return new KeyStore.TrustedCertificateEntry(entry.get().certificate());
        }
        char[] pin = null;
        try {
            pin = protection == null || loaded().loggedIn() ? null : pin(protection);
            return new KeyStore.PrivateKeyEntry((PrivateKey) engineGetKey(alias, pin), chain(entry.get()));
        } catch (IOException e) {
            throw (UnrecoverableEntryException) new UnrecoverableEntryException(e.getMessage()).initCause(e);
        } finally {
            if (pin != null) {
                Arrays.fill(pin, '\0');
            }
        }
    }

    /** A copy, to be wiped; null where there is none. */
    private char[] pin(KeyStore.ProtectionParameter protection) throws IOException {
        if (protection instanceof KeyStore.CallbackHandlerProtection callback) {
            return ask(callback.getCallbackHandler(), loaded());
        }
        char[] given = password(protection);
        return given == null ? null : given.clone();
    }

    private static Certificate[] chain(CardEntries.Entry entry) {
        return entry.chain().toArray(Certificate[]::new);
    }

    @Override
    public Certificate[] engineGetCertificateChain(String alias) {
        return entry(alias).filter(found -> found.key().isPresent()).map(RemoteKeyStore::chain).orElse(null);
    }

    @Override
    public Certificate engineGetCertificate(String alias) {
        return entry(alias).map(CardEntries.Entry::certificate).orElse(null);
    }

    /** A card does not tell when its objects were made: the first moment of the certificate. */
    @Override
    public Date engineGetCreationDate(String alias) {
        return entry(alias).map(found -> found.certificate().getNotBefore()).orElse(null);
    }

    @Override
    public Enumeration<String> engineAliases() {
        return Collections.enumeration(loaded().entries().aliases());
    }

    @Override
    public boolean engineContainsAlias(String alias) {
        return entry(alias).isPresent();
    }

    @Override
    public int engineSize() {
        return loaded().entries().aliases().size();
    }

    @Override
    public boolean engineIsKeyEntry(String alias) {
        return entry(alias).filter(found -> found.key().isPresent()).isPresent();
    }

    @Override
    public boolean engineIsCertificateEntry(String alias) {
        return entry(alias).filter(found -> found.key().isEmpty()).isPresent();
    }

    @Override
    public String engineGetCertificateAlias(Certificate certificate) {
        return loaded().entries().aliasOf(certificate).orElse(null);
    }

    // ---------------------------------------------------------------------------------------------- writing

    @Override
    public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain)
            throws KeyStoreException {
        throw JcaErrors.readOnly();
    }

    @Override
    public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) throws KeyStoreException {
        throw JcaErrors.readOnly();
    }

    @Override
    public void engineSetCertificateEntry(String alias, Certificate certificate) throws KeyStoreException {
        throw JcaErrors.readOnly();
    }

    @Override
    public void engineDeleteEntry(String alias) throws KeyStoreException {
        throw JcaErrors.readOnly();
    }
}
