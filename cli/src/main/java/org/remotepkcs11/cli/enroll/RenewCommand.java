package org.remotepkcs11.cli.enroll;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.PrivateFiles;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.CertificateTerm;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "renew", description = "Get a new certificate from the proxy, for the same key or for a new one. "
        + "Delegations and virtual pins stay.")
public final class RenewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Option(names = "--new-key", paramLabel = "TYPE", arity = "0..1", fallbackValue = "P256",
            description = "Make a new key, too: ${COMPLETION-CANDIDATES}; ${FALLBACK-VALUE} if no type is given. "
                    + "The old one is no longer good from then on.")
    private UserKeyType newKey;

    @Option(names = "--if-due", description = "Only in the last third of the certificate's life; else do nothing. "
            + "For a timer.")
    private boolean ifDue;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        ClientConfiguration loaded = configuration.load();
        char[] password = loaded.userKeyStorePassword().read("password of " + loaded.userKeyStore());
        try {
            UserKeyStore now = UserKeyStore.open(loaded.userKeyStore(), password);
            refuseUnlessOfProxy(loaded, now);
            CertificateTerm term = CertificateTerm.of(now.certificate());
            if (ifDue && !term.isRenewalDue(Instant.now())) {
                say("the certificate is good until " + Moment.show(term.end()) + "; renewal is due from "
                        + Moment.show(term.renewalDue()));
                return 0;
            }
            UserKeyStore next = renewed(loaded, now, password);
            say("the certificate is good until " + Moment.show(CertificateTerm.of(next.certificate()).end()));
            return 0;
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** What another authority issued is not overwritten. */
    private static void refuseUnlessOfProxy(ClientConfiguration loaded, UserKeyStore now)
            throws CommandFailure, IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(loaded.proxyAuthority())) {
            X509Certificate authority = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (!authority.getSubjectX500Principal().equals(now.certificate().getIssuerX500Principal())) {
                throw new CommandFailure("your certificate is of " + now.certificate().getIssuerX500Principal(),
                        "get a new one there; if it is for the same key, put it into " + loaded.userKeyStore()
                        + "; if for another, ask the owner for a code: rpkcs11 invite --replace");
            }
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    private UserKeyStore renewed(ClientConfiguration loaded, UserKeyStore now, char[] password)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        Path file = loaded.userKeyStore();
        Path next = file.resolveSibling(file.getFileName() + ".next");
        KeyPair key = newKey == null ? now.key() : nextKey(next, now, password);
        try (RemoteClient client = RemoteClient.of(loaded)) {
            List<byte[]> chain = client.renewCertificate(CertificationRequest.encode(key));
            PrivateFiles.write(file, UserKeyStore.encode(key.getPrivate(), chain, password));
        }
        Files.deleteIfExists(next);
        return UserKeyStore.open(file, password);
    }

    /** On disk before the proxy hears of it; one that is there already was not answered for, and is tried again. */
    private KeyPair nextKey(Path next, UserKeyStore now, char[] password)
            throws CommandFailure, IOException, GeneralSecurityException {
        if (!Files.exists(next)) {
            KeyPair made = newKey.generate();
            PrivateFiles.write(next, UserKeyStore.encode(made.getPrivate(), List.of(PlaceholderCertificate.of(made)),
                    password));
        }
        return UserKeyStore.open(next, password).key();
    }
}
