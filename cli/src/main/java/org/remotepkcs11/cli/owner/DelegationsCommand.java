package org.remotepkcs11.cli.owner;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.MechanismName;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.cli.text.Table;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.ProxyState.DelegationState;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "delegations", description = "List who may use your cards, and how much of it was used.")
public final class DelegationsCommand implements Callable<Integer> {
    private static final int SHORT_ID = 8;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws RefusedException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            ProxyState state = owner.state();
            Map<Id, String> labels = state.cards().stream().collect(Collectors.toMap(OwnedCard::id, OwnedCard::label));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.write(state.delegations().stream().map(each -> json(each, labels)).toList()));
                return 0;
            }
            Table table = new Table("DELEGATION", "CARD", "USER", "STATE", "USED", "LIMITS");
            state.delegations().forEach(each -> table.row(each.id().toString().substring(0, SHORT_ID),
                    labels.getOrDefault(each.card(), "unknown"), each.userName(), standing(each),
                    each.operationsUsed(), summary(each.limits())));
            table.print(out, "nobody may use your cards");
            return 0;
        }
    }

    private static String standing(DelegationState delegation) {
        Limits limits = delegation.limits();
        Instant now = Instant.now();
        if (delegation.revoked()) {
            return "revoked";
        }
        if (limits.notAfter().filter(now::isAfter).isPresent()) {
            return "expired";
        }
        if (limits.maxOperations() > 0 && delegation.operationsUsed() >= limits.maxOperations()) {
            return "used up";
        }
        return switch (delegation.pinState()) {
            case LOCKED -> "locked";
            case FINAL_TRY -> "one try left";
            case OK, COUNT_LOW -> limits.notBefore().filter(now::isBefore).isPresent() ? "not yet" : "valid";
        };
    }

    private static String summary(Limits limits) {
        List<String> parts = new ArrayList<>();
        limits.notBefore().ifPresent(from -> parts.add("from " + Moment.show(from)));
        limits.notAfter().ifPresent(until -> parts.add("until " + Moment.show(until)));
        if (limits.maxOperations() > 0) {
            parts.add("at most " + limits.maxOperations());
        }
        limits.kinds().stream().sorted().forEach(kind -> parts.add(
                "only " + kind.name().toLowerCase(Locale.ROOT)));
        limits.mechanisms().stream().map(MechanismName::show).sorted().forEach(parts::add);
        if (!limits.keys().isEmpty()) {
            parts.add(limits.keys().size() + " of the keys");
        }
        if (!limits.documentDigests().isEmpty()) {
            parts.add(limits.documentDigests().size() + " document digests");
        }
        limits.hours().ifPresent(hours -> parts.add(hours.toString()));
        if (limits.approved()) {
            parts.add("each approved within " + Moment.show(limits.approveWithin()));
        }
        if (limits.warranty()) {
            parts.add("with warranty");
        }
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    private static Map<String, Object> json(DelegationState delegation, Map<Id, String> labels) {
        Limits limits = delegation.limits();
        return Json.object("id", delegation.id(), "card", labels.getOrDefault(delegation.card(), "unknown"),
                "user", delegation.userName(), "state", standing(delegation),
                "operationsUsed", delegation.operationsUsed(),
                "notBefore", limits.notBefore(), "notAfter", limits.notAfter(), "maxOperations", limits.maxOperations(),
                "keys", limits.keys(),
                "mechanisms", limits.mechanisms().stream().map(MechanismName::show).sorted().toList(),
                "kinds", limits.kinds(), "documentDigests", limits.documentDigests(),
                "hours", limits.hours().map(Object::toString), "warranty", limits.warranty(),
                "approveWithinSeconds", limits.approveWithin().toSeconds());
    }
}
