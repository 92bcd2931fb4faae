package org.remotepkcs11.cli.owner;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.MechanismName;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;
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
    private static final int SHORT_ID = 8;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Parameters(arity = "0..*", paramLabel = "ID",
            description = "What to approve: its id, or the beginning of it. '" + LIST + "', or nothing: only list.")
    private List<String> approved = List.of();

    @Option(names = "--deny", paramLabel = "ID", description = "Deny this one; may be repeated.")
    private List<String> denied = List.of();

    @Option(names = "--watch", description = "Go on listing what comes, until interrupted.")
    private boolean watch;

    @Option(names = "--json", description = "Print JSON, one line for each.")
    private boolean json;

    @Override
    public Integer call() throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            List<Approval> waiting = owner.approvals();
            List<String> wanted = new ArrayList<>(approved);
            boolean list = wanted.remove(LIST) || wanted.isEmpty() && denied.isEmpty();
            for (String id : wanted) {
                decide(owner, named(waiting, id), true);
            }
            for (String id : denied) {
                decide(owner, named(waiting, id), false);
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
            waiting.stream().filter(one -> !shown.contains(one.operation())).forEach(this::print);
            shown.clear();
            waiting.forEach(one -> shown.add(one.operation()));
            owner.watch(known, PATIENCE);
        }
    }

    private static Approval named(List<Approval> waiting, String prefix) throws CommandFailure {
        String wanted = prefix.toLowerCase(Locale.ROOT);
        List<Approval> fitting = waiting.stream()
                .filter(one -> one.operation().toString().startsWith(wanted)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw new CommandFailure(fitting.isEmpty() ? "nothing waits for approval as " + prefix
                : fitting.size() + " of what waits begin with " + prefix, "list what waits: rpkcs11 approve");
    }

    private void decide(OwnerConnection owner, Approval one, boolean approve) throws RefusedException {
        owner.administer(new Administration.Decide(one.delegation(), one.operation(), one.inputHash(), approve),
                Secret.none());
        spec.commandLine().getOut().println((approve ? "approved " : "denied ") + one.operation() + " of "
                + one.userName());
    }

    private void print(Approval one) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(json(one)));
        } else {
            out.println(one.operation().toString().substring(0, SHORT_ID) + "  " + one.userName() + " with "
                    + one.card() + ", until " + Moment.show(one.until())
                    + (one.document().isEmpty() ? "" : ", calls it \"" + one.document() + "\""));
            one.operations().forEach(asked -> print(asked, out));
        }
        out.flush();
    }

    private static void print(Approval.Asked asked, PrintWriter out) {
        out.println("  " + asked.kind().name().toLowerCase(Locale.ROOT) + " with key " + asked.key() + " by "
                + MechanismName.show(asked.mechanism()));
        asked.documents().forEach(digest -> out.println("    document " + digest));
        if (asked.documents().isEmpty()) {
            out.println("    what is in it cannot be seen; sha-256 of the input " + asked.input());
        }
    }

    private static Object json(Approval one) {
        return Json.object("operation", one.operation(), "delegation", one.delegation(), "user", one.userName(),
                "card", one.card(), "document", one.document(), "asked", one.asked(), "until", one.until(),
                "operations", one.operations().stream().map(asked -> Json.object("key", asked.key(),
                        "kind", asked.kind(), "mechanism", MechanismName.show(asked.mechanism()),
                        "documents", asked.documents(), "input", asked.input())).toList());
    }
}
