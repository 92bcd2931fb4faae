package org.remotepkcs11.cli.enroll;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.EnrollmentCode;
import org.remotepkcs11.wire.EnrollmentReply.Enrolled;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(name = "enroll", description = "Enrol with a proxy by a one-time code. The key is made on this machine and "
        + "never leaves it. The code also names the proxy: no other one is believed.")
public final class EnrollCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--proxy", required = true, paramLabel = "URL", converter = ProxyUrlConverter.class,
            description = "As https://host:8443.")
    private URI proxy;

    @Option(names = "--code", defaultValue = "prompt", paramLabel = "CODE",
            description = "The code, or where it is: " + SecretOption.FORMS + ".")
    private String code;

    @Option(names = "--dir", paramLabel = "DIR",
            description = "Where the configuration is written; ~/.config/rpkcs11 if absent.")
    private Path folder = DefaultFolder.find();

    @Option(names = "--key", paramLabel = "TYPE", defaultValue = "P256",
            description = "Type of the new key: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if absent.")
    private UserKeyType type;

    @Option(names = "--keystore", paramLabel = "FILE",
            description = "A PKCS #12 file with a key and certificate of yours, to be used instead of new ones. "
                    + "The proxy must know its authority (user.authorities).")
    private Path keyStore;

    @Option(names = "--password", paramLabel = "SOURCE", defaultValue = "prompt",
            description = "Of that file: prompt, file:PATH or env:NAME; the configuration will say the same.")
    private String password;

    @Option(names = "--force", description = "Replace the configuration that is there.")
    private boolean force;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        EnrollmentCode given = EnrollmentCode.parse(code());
        ClientFolder client = new ClientFolder(folder);
        client.prepare(force);
        Enrolled enrolled = keyStore == null ? withNewKey(client, given) : withOwnKey(client, given);
        spec.commandLine().getOut().println("enrolled as " + enrolled.name() + "; the configuration is "
                + client.configuration());
        return 0;
    }

    private Enrolled withNewKey(ClientFolder client, EnrollmentCode given)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        KeyPair key = type.generate();
        Enrolled enrolled = Enrolment.of(key, proxy, given);
        client.write(proxy, enrolled, key.getPrivate());
        return enrolled;
    }

    private Enrolled withOwnKey(ClientFolder client, EnrollmentCode given)
            throws RefusedException, CommandFailure, IOException {
        SecretSource source = SecretSource.parse(password, Path.of("").toAbsolutePath());
        UserKeyStore own = UserKeyStore.open(keyStore, source);
        Enrolled enrolled = Enrolment.of(own, proxy, given);
        client.write(proxy, enrolled, keyStore.toAbsolutePath().toString(), described(source));
        return enrolled;
    }

    /** As client.properties says it. */
    private static String described(SecretSource source) {
        if (source instanceof SecretSource.InFile kept) {
            return "file:" + kept.file();
        }
        return source instanceof SecretSource.InEnvironment kept ? "env:" + kept.name() : "prompt";
    }

    private String code() throws CommandFailure, RefusedException {
        boolean elsewhere = code.equals("-") || code.equals("prompt") || code.contains(":");
        return elsewhere ? new String(source().read("enrolment code")) : code;
    }

    private SecretOption source() {
        try {
            return new SecretOption.Converter().convert(code);
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), "--code: " + e.getMessage(), e);
        }
    }
}
