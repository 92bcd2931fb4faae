package org.remotepkcs11.cli.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.RememberedLog;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.proxy.audit.AuditExport;
import org.remotepkcs11.proxy.audit.AuditReport;
import org.remotepkcs11.proxy.audit.AuditVerifier;
import org.remotepkcs11.proxy.audit.EntryText;
import org.remotepkcs11.proxy.audit.InclusionProof;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.proxy.audit.SignedRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RestoredHead;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "audit", description = "The proxy's log: read, export and verify it, without a proxy that runs.")
public final class AuditCommand implements Runnable {
    private static final String LOG = "An exported log, or a proxy's directory.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(name = "show", description = "Print the log's entries, a line each.")
    int show(@Parameters(paramLabel = "LOG", description = LOG) Path log,
             @Option(names = "--last", paramLabel = "N", description = "Only the last ones.") Integer last)
            throws IOException, CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        Deque<String> kept = new ArrayDeque<>();
        EntryText text = new EntryText();
        try (LogCopy copy = LogSource.open(log)) {
            copy.forEach((index, body) -> {
                kept.add(text.of(index, body));
                if (last == null || kept.size() > last) {
                    String oldest = kept.remove();
                    if (last == null) {
                        out.println(oldest);
                    }
                }
            });
        }
        kept.forEach(out::println);
        return 0;
    }

    @Command(name = "export", description = "Write the log of a proxy to a file by which anybody can verify it.")
    int export(@Parameters(paramLabel = "LOG", description = LOG) Path log,
               @Parameters(paramLabel = "FILE", description = "A new file.") Path file)
            throws IOException, CommandFailure {
        LogSource.fresh(file);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (LogCopy copy = LogSource.open(log)) {
            try (Writer to = Files.newBufferedWriter(fresh)) {
                AuditExport.write(copy, to);
            }
            Files.move(fresh, file);
        } finally {
            Files.deleteIfExists(fresh);
        }
        spec.commandLine().getOut().println("exported to " + file);
        return 0;
    }

    @Command(name = "fetch", description = "For an auditor: write the log of the proxy to a file as 'export' does, from "
            + "anywhere, and verify it. Of a file that is there already, only what is new is fetched. Ends with 1 if the "
            + "log is not as it was written; then the file is left as it was.")
    int fetch(@Mixin LogKey key, @Parameters(paramLabel = "FILE", description = "A new or a fetched file.") Path file)
            throws IOException, RefusedException, CommandFailure {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (RemoteClient client = RemoteClient.of(key.configuration())) {
            try (RemoteLog log = RemoteLog.of(client, file); Writer to = Files.newBufferedWriter(fresh)) {
                AuditExport.write(log, to);
            }
            AuditReport report;
            try (LogCopy copy = AuditExport.open(fresh)) {
                report = AuditVerifier.verify(copy, key.verifier(), List.of());
            }
            if (report.sound()) {
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return print(report, 0);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    @Command(name = "verify", description = "Verify that no entry was changed, added or removed, that each request is "
            + "signed by its user, and that the log continues the heads that receipts show. Ends with 1 if not.")
    int verify(@Mixin LogKey key, @Parameters(paramLabel = "LOG", description = LOG) Path log,
               @Option(names = "--receipt", paramLabel = "FILE",
                       description = "A receipt whose tree head the log must continue; may be repeated.")
               List<Path> receipts) throws IOException, RefusedException, CommandFailure {
        List<String> heads = key.treeHeads(receipts == null ? List.of() : receipts);
        AuditReport report;
        try (LogCopy copy = LogSource.open(log)) {
            report = AuditVerifier.verify(copy, key.verifier(), heads);
        }
        return print(report, heads.size());
    }

    private int print(AuditReport report, int heads) {
        PrintWriter out = spec.commandLine().getOut();
        report.findings().forEach(finding -> out.println("entry " + finding.index() + ": " + finding.problem()));
        AuditReport.Counts counts = report.counts();
        out.println(report.entries() + " entries, " + counts.signedRequests() + " requests signed by their users, "
                + counts.intents() + " intents, " + counts.outcomes() + " outcomes, " + counts.refusals()
                + " refusals");
        out.println(report.sound() ? "the log is as it was written; receipts compared: " + heads
                : "the log is not as it was written");
        return report.sound() ? 0 : 1;
    }

    @Command(name = "prove", description = "Write a proof that an entry is in the log, for somebody who shall not see "
            + "the rest of it.")
    int prove(@Parameters(paramLabel = "LOG", description = LOG) Path log,
              @Parameters(paramLabel = "ENTRY", description = "Its number.") long entry,
              @Parameters(paramLabel = "FILE", description = "A new file.") Path file)
            throws IOException, CommandFailure {
        try (LogCopy copy = LogSource.open(log)) {
            Files.writeString(LogSource.fresh(file), InclusionProof.of(copy, entry).text());
        }
        spec.commandLine().getOut().println("proof of entry " + entry + " in " + file);
        return 0;
    }

    @Command(name = "check", description = "Check a proof that 'prove' wrote, and print the entry. Ends with 1 if it "
            + "is none.")
    int check(@Mixin LogKey key, @Parameters(paramLabel = "FILE", description = "The proof.") Path file)
            throws IOException, RefusedException, CommandFailure {
        InclusionProof proof = InclusionProof.parse(Files.readString(file));
        if (!proof.isProofFor(key.verifier())) {
            throw new CommandFailure(file + " proves nothing about this log",
                    "was it changed, or is it of another proxy?");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(new EntryText().of(proof.index(), proof.body()));
        out.println("is in the log");
        return 0;
    }

    @Command(name = "evidence", description = "Write one request as its user signed it: 'signed' and 'signature', and "
            + "'user.pem', the certificate by which its key enrolled. OpenSSL alone then verifies it.")
    int evidence(@Parameters(paramLabel = "LOG", description = LOG) Path log,
                 @Parameters(paramLabel = "ENTRY", description = "Its number.") long entry,
                 @Parameters(paramLabel = "FOLDER", description = "A new folder.") Path folder)
            throws IOException, CommandFailure {
        SignedRequest request;
        try (LogCopy copy = LogSource.open(log)) {
            request = SignedRequest.of(copy, entry);
        }
        Files.createDirectory(folder);
        Files.write(folder.resolve("signed"), request.signed());
        Files.write(folder.resolve("signature"), request.signature());
        Files.writeString(folder.resolve("user.pem"), request.certificatePem());
        spec.commandLine().getOut().println("request of " + request.user() + " in " + folder);
        return 0;
    }

    @Command(name = "accept-restored", description = "For a user whose client refuses a proxy because it was restored "
            + "from a backup that is older than what the user saw: accept its signed statement that entries are lost. "
            + "Ask the owner first, by another way.")
    int acceptRestored(@Mixin ConfigurationOption configuration,
                       @Parameters(paramLabel = "FILE", description = "The proxy's statement, restored.txt.") Path file,
                       @Option(names = "--yes", description = "Accept it; without, it is only shown.") boolean yes)
            throws IOException, RefusedException {
        RememberedLog remembered = RememberedLog.of(configuration.load());
        String statement = Files.readString(file);
        RestoredHead restored = remembered.check(statement);
        PrintWriter out = spec.commandLine().getOut();
        out.println("the proxy says that it was restored at " + Moment.show(restored.time()) + " and goes on from "
                + restored.head().size() + " entries; you saw " + remembered.size());
        if (remembered.size() < restored.head().size()) {
            out.println("this takes nothing away that you saw; there is nothing to accept");
            return 0;
        }
        if (!yes) {
            out.println("what you saw beyond that is lost; your receipts still prove it. To accept: --yes");
            return 1;
        }
        remembered.accept(statement);
        out.println("accepted; programs and agents that run must be started anew");
        return 0;
    }
}
