package org.remotepkcs11.cli.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
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
        Reply reply = ReceiptFile.open(loaded, Files.readAllBytes(file));
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
