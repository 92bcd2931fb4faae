package org.remotepkcs11.cli.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.Foreground;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.cli.text.Pem;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.ProxyServer;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "proxy", description = "What a proxy's operator does, on the proxy's own machine.",
        subcommands = {BackupCommand.class, RekeyCommand.class, RestoreCommand.class})
public final class ProxyCommand implements Runnable {
    private static final String DIR = "The proxy's directory.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(name = "init", description = "Make a new proxy: its keys, its store and its settings, proxy.properties.")
    int init(@Parameters(paramLabel = "DIR", description = DIR) Path directory,
             @Option(names = "--name", paramLabel = "NAME", defaultValue = "localhost,127.0.0.1", split = ",",
                     description = "DNS names and addresses by which users reach it, with commas between; "
                             + "${DEFAULT-VALUE} if absent.") List<String> names,
             @Option(names = "--listen", paramLabel = "ADDRESS", defaultValue = "127.0.0.1",
                     description = "Where to listen; ${DEFAULT-VALUE} if absent, 0.0.0.0 for everywhere.")
             String address,
             @Option(names = "--port", paramLabel = "PORT", defaultValue = "8443",
                     description = "${DEFAULT-VALUE} if absent; 0 for any free one.") int port,
             @Option(names = "--module", paramLabel = "NAME=FILE",
                     description = "A PKCS #11 module whose tokens are cards; may be repeated.")
             Map<String, Path> modules)
            throws RefusedException {
        Map<String, Path> chosen = modules == null ? Map.of() : modules;
        ProxyHome home = ProxyHome.init(directory, new ProxyHome.Settings(names, address, port, chosen));
        PrintWriter out = spec.commandLine().getOut();
        out.println("made proxy " + home.proxy() + " in " + home.directory());
        return 0;
    }

    @Command(name = "serve", description = "Run a proxy until SIGTERM or SIGINT. Prints 'ready' and its address.")
    int serve(@Parameters(paramLabel = "DIR", description = DIR) Path directory)
            throws RefusedException, InterruptedException {
        ((Logger) LoggerFactory.getLogger("org.remotepkcs11")).setLevel(Level.INFO);
        ProxyServer server = ProxyServer.start(ProxyHome.open(directory));
        PrintWriter out = spec.commandLine().getOut();
        out.println("ready " + server.url());
        out.flush();
        Foreground.serve(server::close);
        return 0;
    }

    @Command(name = "invite", description = "Make a one-time code by which a person enrols; for the first owner of a "
            + "new proxy. Works while the proxy runs.")
    int invite(@Parameters(paramLabel = "DIR", description = DIR) Path directory,
               @Parameters(paramLabel = "NAME", description = "What the person will be called.") String name,
               @Option(names = "--role", paramLabel = "ROLE", defaultValue = "OWNER",
                       description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if absent.") Role role,
               @Option(names = "--replace", description = "For somebody who is enrolled, with any role: the key is no "
                       + "longer good from now on, and the code enrols the same person with another.") boolean replace,
               @Option(names = "--valid", paramLabel = "SPAN", converter = Moment.Span.class, defaultValue = "24h",
                       description = "How long the code works: " + Moment.SPANS + "; ${DEFAULT-VALUE} if absent.")
               Duration valid) throws RefusedException {
        ProxyHome home = ProxyHome.open(directory);
        String code = replace ? home.replaceKey(name, valid) : home.invite(name, role, valid);
        spec.commandLine().getErr().println("one-time code for " + name + ", good until "
                + Moment.show(Instant.now().plus(valid)) + "; to be used by: rpkcs11 enroll");
        spec.commandLine().getOut().println(code);
        return 0;
    }

    @Command(name = "disable", description = "Take all access from a person, for ever: anybody but an owner, whoever "
            + "invited and delegated. Works while the proxy runs.")
    int disable(@Parameters(paramLabel = "DIR", description = DIR) Path directory,
                @Parameters(paramLabel = "NAME", description = "As the person is called.") String name)
            throws RefusedException {
        ProxyHome.open(directory).disable(name);
        spec.commandLine().getOut().println("disabled " + name);
        return 0;
    }

    @Command(name = "delegation-authority", description = "Print the certificate, in PEM, under which delegation "
            + "certificates are issued: what verifiers of signatures with warranty must trust.")
    int delegationAuthority(@Parameters(paramLabel = "DIR", description = DIR) Path directory)
            throws RefusedException, GeneralSecurityException {
        print("CERTIFICATE", ProxyHome.open(directory).delegationCertificate().getEncoded());
        return 0;
    }

    @Command(name = "revocations", description = "Print a new list, in PEM, of the delegation certificates that were "
            + "revoked (CRL). It is good for a week. Works while the proxy runs.")
    int revocations(@Parameters(paramLabel = "DIR", description = DIR) Path directory)
            throws RefusedException, GeneralSecurityException {
        print("X509 CRL", ProxyHome.open(directory).delegationRevocations().getEncoded());
        return 0;
    }

    private void print(String label, byte[] der) {
        spec.commandLine().getOut().print(Pem.of(label, der));
        spec.commandLine().getOut().flush();
    }

    @Command(name = "card", description = "Make a software card, a PKCS #12 file with new keys, among the proxy's "
            + "cards. For trying things out: what is in a file can be copied.")
    int card(@Parameters(paramLabel = "DIR", description = DIR) Path directory,
             @Parameters(paramLabel = "LABEL", description = "The card's label.") String label,
             @Option(names = "--pin", paramLabel = "SOURCE", defaultValue = "prompt",
                     description = "The card's new pin: " + SecretOption.FORMS + ".") SecretOption pin)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        char[] chosen = pin.readNew("pin of " + label);
        SoftwareCardFile made = SoftwareCardFile.create(ProxyHome.open(directory), label, chosen);
        spec.commandLine().getOut().println("made " + made.file());
        return 0;
    }
}
