package org.remotepkcs11.cli.proxy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.backup.BackupCheck;
import org.remotepkcs11.proxy.backup.Opening;
import org.remotepkcs11.proxy.backup.Shipped;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "backup", description = "Backups of a proxy, signed by it and encrypted to those who may open them.")
public final class BackupCommand implements Runnable {
    private static final String DIR = "The proxy's directory.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(name = "now", description = "Send rules and log to all configured places at once. Works while the proxy "
            + "runs. Ends with 1 if a place did not take them.")
    int now(@Parameters(paramLabel = "DIR", description = DIR) Path directory) throws RefusedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, String> failures = ProxyHome.open(directory).backups().now(progress -> {
            out.println(progress);
            out.flush();
        });
        failures.forEach((target, reason) -> spec.commandLine().getErr().println("no backup by " + target + ": "
                + reason));
        return failures.isEmpty() ? 0 : 1;
    }

    @Command(name = "list", description = "What each place has, and since when it takes nothing. Ends with 1 if one "
            + "does.")
    int list(@Parameters(paramLabel = "DIR", description = DIR) Path directory) throws RefusedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        boolean failing = false;
        for (Map.Entry<String, Shipped> target : ProxyHome.open(directory).backups().shipped().entrySet()) {
            Shipped shipped = target.getValue();
            out.println(target.getKey() + ": rules of " + shipped.rules().map(Moment::show).orElse("never")
                    + ", log up to entry " + shipped.entries());
            shipped.failure().ifPresent(failure -> out.println("  fails since " + Moment.show(failure.since()) + ", "
                    + failure.tries() + " times: " + failure.reason()));
            failing |= shipped.failure().isPresent();
        }
        return failing ? 1 : 0;
    }

    @Command(name = "keys", description = "Write the proxy's keys and secrets to a file that only its keepers can open. "
            + "Without it no backup is of use; keep it apart from them.")
    int keys(@Parameters(paramLabel = "DIR", description = DIR) Path directory,
             @Option(names = "--to", paramLabel = "FILE", required = true,
                     description = "Certificates (PEM) of the keepers; none may be an owner who gets the other backups.")
             Path keepers,
             @Parameters(paramLabel = "FILE", description = "A new file.") Path file)
            throws RefusedException, IOException, CommandFailure {
        if (Files.exists(file)) {
            throw new CommandFailure(file + " is there already", "choose another name, or remove it first");
        }
        ProxyHome.open(directory).backups().writeKeys(keepers, file);
        spec.commandLine().getOut().println("keys in " + file);
        return 0;
    }

    @Command(name = "verify", description = "Open backups, check who signed them and that their log is whole. Ends "
            + "with 1 if not.")
    int verify(@Parameters(paramLabel = "PLACE", arity = "1..*", description = "Messages, or folders of .eml files.")
               List<Path> places,
               @Option(names = "--authority", paramLabel = "FILE", required = true,
                       description = "Certificate (PEM) of the proxy's authority: proxy.authority of a client.")
               Path authority,
               @Option(names = "--keystore", paramLabel = "FILE",
                       description = "PKCS #12 file of somebody who can open them; not needed if they are decrypted.")
               Path keystore,
               @Option(names = "--password", paramLabel = "SOURCE", defaultValue = "prompt",
                       description = "Its password: " + SecretOption.FORMS + ".") SecretOption password)
            throws RefusedException, IOException, CommandFailure {
        Opening opening = new Opening(certificate(authority), new RecipientOption(keystore, password).read());
        BackupCheck check = BackupCheck.of(opening, places);
        PrintWriter out = spec.commandLine().getOut();
        check.names().forEach(out::println);
        check.forOthers().forEach(out::println);
        check.problems().forEach(out::println);
        out.println(check.problems().isEmpty() ? "rules as of entry " + check.rules() + ", log of " + check.entries()
                + " entries: as the proxy wrote them" : "these backups are not good");
        return check.problems().isEmpty() ? 0 : 1;
    }

    private static X509Certificate certificate(Path file) throws IOException, CommandFailure {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
        } catch (CertificateException e) {
            throw new CommandFailure(file + " holds no certificate", "rpkcs11 enroll writes authority.pem", e);
        }
    }
}
