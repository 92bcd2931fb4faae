package org.remotepkcs11.cli.owner;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "approve", description = "List what waits for your approval, or approve or deny it. Uses wait for you "
        + "under delegations that were made with --approve.")
public final class ApproveCommand implements Callable<Integer> {
    private static final String LIST = "list";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Parameters(arity = "0..*", paramLabel = "ID",
            description = "What to approve: its whole id. The beginning of it suffices where this command can show what "
                    + "it is, and ask. '" + LIST + "', or nothing: only list.")
    private List<String> approved = List.of();

    @Option(names = "--deny", paramLabel = "ID",
            description = "Deny this one, by its id or the beginning of it; may be repeated. What was approved can be "
                    + "denied until it is done.")
    private List<String> denied = List.of();

    @Option(names = "--pin", paramLabel = "SOURCE",
            description = "Your own virtual pin for the card, without which nothing is approved: " + SecretOption.FORMS
                    + ".")
    private SecretOption pin = SecretOption.PROMPT;

    @Option(names = "--watch", description = "Go on listing what comes, until interrupted.")
    private boolean watch;

    @Option(names = "--json", description = "Print JSON, one object for each.")
    private boolean json;

    @Override
    public Integer call() throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            List<Approval> waiting = owner.approvals();
            List<String> wanted = new ArrayList<>(approved);
            boolean list = wanted.remove(LIST) || wanted.isEmpty() && denied.isEmpty();
            for (String id : denied) {
                Approval one = named(waiting, id);
                owner.deny(one);
                told("denied", one);
            }
            for (String id : wanted) {
                approve(owner, agreed(named(waiting, id), id));
            }
            if (list && !watch) {
                list(waiting);
            }
            if (watch) {
                watch(owner);
            }
            return 0;
        }
    }

    private void list(List<Approval> waiting) {
        waiting.forEach(this::print);
        if (waiting.isEmpty() && !json) {
            spec.commandLine().getOut().println("nothing waits for your approval");
        }
    }

    private void watch(OwnerConnection owner) throws RefusedException {
        Set<Id> shown = new HashSet<>();
        while (!Thread.currentThread().isInterrupted()) {
            Snapshot known = owner.snapshot();
            List<Approval> waiting = owner.approvals();
            waiting.stream().filter(one -> !shown.contains(one.name())).forEach(this::print);
            shown.clear();
            waiting.forEach(one -> shown.add(one.name()));
            owner.watch(known, PATIENCE);
        }
    }

    private static Approval named(List<Approval> waiting, String prefix) throws CommandFailure {
        String wanted = prefix.toLowerCase(Locale.ROOT);
        List<Approval> fitting = waiting.stream()
                .filter(one -> !wanted.isEmpty() && ApprovalText.id(one).startsWith(wanted)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw new CommandFailure(fitting.isEmpty() ? "nothing waits for approval as \"" + prefix + "\""
                : fitting.size() + " of what waits begin with " + prefix, "list what waits: rpkcs11 approve");
    }

    /**
     * A beginning may fit something else than what the owner saw: those who ask can try ids until it does. So it is shown
     * now what it fits.
     */
    private Approval agreed(Approval one, String id) throws CommandFailure {
        if (ApprovalText.id(one).length() == id.length()) {
            return one;
        }
        print(one);
        Console terminal = System.console();
        String answer = terminal == null ? null : terminal.readLine("approve this? [y/N] ");
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
            throw new CommandFailure(answer == null ? "the beginning of an id names nothing for sure, and there is no "
                    + "terminal to ask at" : "nothing was approved", "give the whole id: rpkcs11 approve lists them");
        }
        return one;
    }

    private void approve(OwnerConnection owner, Approval one) throws RefusedException, CommandFailure {
        char[] ownPin = pin.read("your virtual pin for " + ApprovalText.line(one.card()));
        try {
            owner.approve(one, ownPin);
        } finally {
            Arrays.fill(ownPin, '\0');
        }
        told("approved", one);
    }

    private void told(String what, Approval one) {
        spec.commandLine().getOut().println(what + " " + ApprovalText.id(one) + " of " + ApprovalText.line(one.userName()));
    }

    private void print(Approval one) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(ApprovalText.json(one)));
        } else {
            ApprovalText.lines(one).forEach(out::println);
        }
        out.flush();
    }
}
