package org.remotepkcs11.cli.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "doctor", description = "Look for what is wrong between you and your cards. Ends with 1 if a "
        + "tool would be refused.")
public final class DoctorCommand implements Callable<Integer> {
    static final String CONFIGURATION_HINT =
            "correct that, or enrol again: docs/reference-configuration.md lists what belongs in it";

    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    public DoctorCommand() {
        this(Clock.systemUTC());
    }

    DoctorCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        List<Finding> findings = examine();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(findings.stream().map(finding -> Json.object("verdict", lower(finding),
                    "check", finding.check(), "text", finding.text(), "hint", finding.hint())).toList()));
        } else {
            findings.forEach(finding -> print(finding, out));
        }
        return findings.stream().anyMatch(Finding::isProblem) ? 1 : 0;
    }

    private List<Finding> examine() throws IOException, GeneralSecurityException {
        List<Finding> findings = new ArrayList<>();
        try {
            ClientConfiguration loaded = configuration.load();
            findings.add(Finding.ok("configuration", loaded.file().toString()));
            examine(loaded, findings);
        } catch (RefusedException e) {
            findings.add(Finding.problem("configuration", e.refusal().detail(), CONFIGURATION_HINT));
        }
        return findings;
    }

    /** From the near to the far; what needs something that is broken is not looked at. */
    private void examine(ClientConfiguration loaded, List<Finding> findings)
            throws IOException, GeneralSecurityException {
        findings.addAll(new FilesCheck(loaded, clock).examine());
        List<Finding> network = NetworkCheck.examine(loaded.proxyUrl());
        findings.addAll(network);
        if (network.stream().anyMatch(Finding::isProblem)) {
            return;
        }
        Finding tls = new TlsCheck(loaded.proxyUrl(), loaded.proxyAuthority()).examine();
        findings.add(tls);
        if (!tls.isProblem()) {
            findings.addAll(new ProxyCheck(loaded, clock).examine());
        }
    }

    private static void print(Finding finding, PrintWriter out) {
        out.println(String.format("%-8s %-18s %s", lower(finding), finding.check(), finding.text()));
        if (!finding.hint().isEmpty()) {
            out.println(String.format("%-8s %-18s hint: %s", "", "", finding.hint()));
        }
    }

    private static String lower(Finding finding) {
        return finding.verdict().name().toLowerCase(Locale.ROOT);
    }
}
