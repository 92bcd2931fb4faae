package org.remotepkcs11.cli.user;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;
import org.remotepkcs11.wire.ReplyOpener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "receipt", description = "The proxy's signed answers, kept in ~/.local/state/rpkcs11.")
public final class ReceiptCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(name = "show", description = "Verify a receipt by the proxy's certificate and print what it says.")
    int show(@Mixin ConfigurationOption configuration,
             @Option(names = "--json", description = "Print JSON.") boolean json,
             @Parameters(paramLabel = "FILE", description = "A kept receipt.") Path file)
            throws RefusedException, CommandFailure, IOException {
        ClientConfiguration loaded = configuration.load();
        Reply reply = new ReplyOpener(replyKey(loaded.proxyCertificate())).receipt(Files.readAllBytes(file));
        verifyTreeHead(loaded, reply.header().log());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(Json.object("proxy", reply.header().proxy(), "user", reply.header().user(),
                    "request", reply.header().requestHash(), "time", reply.header().time(),
                    "outcome", describe(reply.outcome()), "logIndex", reply.header().log().index(),
                    "treeHead", reply.header().log().treeHead())));
            return 0;
        }
        out.println("receipt  signed by proxy " + reply.header().proxy());
        out.println("for      user " + reply.header().user());
        out.println("request  " + reply.header().requestHash());
        out.println("when     " + Moment.show(reply.header().time()));
        out.println("outcome  " + describe(reply.outcome()));
        out.println("log      entry " + reply.header().log().index());
        reply.header().log().treeHead().lines().forEach(line -> out.println("         " + line));
        return 0;
    }

    /** The receipt's signature covers it as well; the log's own lets others than the user trust it. */
    private static void verifyTreeHead(ClientConfiguration configuration, LogPosition log) throws RefusedException {
        if (configuration.logVerifier().isPresent() && !log.treeHead().isEmpty()) {
            Checkpoint.verify(log.treeHead(), NoteVerifier.parse(configuration.logVerifier().get()));
        }
    }

    private static PublicKey replyKey(Path certificate) throws CommandFailure, IOException {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate))).getPublicKey();
        } catch (CertificateException e) {
            throw new CommandFailure(certificate + " holds no certificate", "it is written by rpkcs11 enroll", e);
        }
    }

    private static String describe(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return "refused: " + refused.refusal().detail() + " (" + refused.refusal().code() + ")";
        }
        if (outcome instanceof Outcome.Used used) {
            long done = used.results().stream().filter(Outcome.Result.Output.class::isInstance).count();
            return "used: " + done + " of " + used.results().size() + " operations done";
        }
        if (outcome instanceof Outcome.LoggedIn) {
            return "virtual pin confirmed";
        }
        return outcome instanceof Outcome.PinChanged ? "virtual pin changed" : "done as asked";
    }
}
