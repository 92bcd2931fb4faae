package org.remotepkcs11.cli.owner;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.Table;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.ProxyState.CardMember;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "card", description = "The cards in the proxy's readers, and those that are yours.")
public final class CardCommand implements Runnable {
    private static final String CARD_PIN = "The pin of the card itself: " + SecretOption.FORMS + ".";
    private static final String OWN_PIN = "Your own virtual pin for the card: " + SecretOption.FORMS + ".";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(name = "sources",
            description = "List the physical cards that the proxy sees.")
    int sources(@Mixin ConfigurationOption configuration,
            @Option(names = "--json", description = "Print JSON.") boolean json) throws RefusedException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.write(owner.state().sources().stream().map(CardCommand::json).toList()));
                return 0;
            }
            Table table = new Table("SOURCE", "LABEL", "MODEL", "USED");
            owner.state().sources().forEach(source ->
                    table.row(source.source(), source.label(), source.model(), source.used() ? "yes" : "no"));
            table.print(out, "the proxy sees no card");
            return 0;
        }
    }

    @Command(name = "list", description = "List your remote cards.")
    int list(@Mixin ConfigurationOption configuration,
            @Option(names = "--json", description = "Print JSON.") boolean json) throws RefusedException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.write(owner.state().cards().stream().map(CardCommand::json).toList()));
                return 0;
            }
            Table table = new Table("LABEL", "SOURCE", "STATE", "WAITING", "KEYS");
            List<OwnedCard> cards = owner.state().cards();
            cards.forEach(card -> card.members().forEach(member -> table.row(card.label(), member.source(),
                    show(member.state()), member.waiting(), member.keys().size())));
            table.print(out, "you own no card");
            cards.stream().filter(card -> !card.queue().isEmpty()).forEach(card -> out.println(
                    "queue of " + card.label() + ": " + String.join(", ", card.queue().stream().map(queued ->
                            queued.userName() + " " + queued.waiting() + " from place " + queued.place()).toList())));
            return 0;
        }
    }

    private static String show(MemberState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Command(name = "add", description = "Make a physical card a remote card of yours.")
    int add(@Mixin ConfigurationOption configuration,
            @Parameters(paramLabel = "SOURCE", description = "As 'card sources' lists it.") String source,
            @Option(names = "--label", required = true, paramLabel = "LABEL",
                    description = "What users will see.") String label,
            @Mixin Pins pins) throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            char[] cardPin = pins.cardPin.read("pin of the card " + source);
            owner.addCard(label, source, cardPin, pins.pin.readNew("your new virtual pin for " + label));
            spec.commandLine().getOut().println("added " + label);
            return 0;
        }
    }

    @Command(name = "pin",
            description = "Tell the proxy the card's own pin anew, after it was changed or refused. Unlocks your own "
                    + "virtual pin too, if wrong tries locked it.")
    int pin(@Mixin ConfigurationOption configuration,
            @Parameters(paramLabel = "CARD", description = "Its label.") String label,
            @Option(names = "--member", paramLabel = "SOURCE", defaultValue = "",
                    description = "Which card, where several are behind the remote card.") String member,
            @Mixin Pins pins) throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard card = owner.card(label);
            String which = member.isEmpty() ? label : member;
            char[] cardPin = pins.cardPin.read("pin of the card " + which);
            owner.renewCardPin(card, member, cardPin, pins.pin.read("your virtual pin for " + label));
            spec.commandLine().getOut().println("the proxy has the new pin of " + which);
            return 0;
        }
    }

    @Command(name = "join", description = "Put more physical cards behind a remote card of yours: users see one card. "
            + "Their virtual pins stay.")
    int join(@Mixin ConfigurationOption configuration,
            @Parameters(index = "0", paramLabel = "CARD", description = "Label of the remote card.") String label,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "SOURCE",
                    description = "Cards to join, as 'card sources' lists them.") List<String> sources,
            @Mixin Pins pins) throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard card = owner.card(label);
            char[] ownPin = pins.pin.read("your virtual pin for " + label);
            try {
                for (String source : sources) {
                    Id joined = owner.joinCard(card, source, pins.cardPin.read("pin of the card " + source), ownPin.clone());
                    spec.commandLine().getOut().println(source + " joined " + label);
                    tellMembers(owner, joined);
                }
            } finally {
                Arrays.fill(ownPin, '\0');
            }
            return 0;
        }
    }

    /** What is behind the remote card now. */
    private void tellMembers(OwnerConnection owner, Id id) throws RefusedException {
        owner.state().cards().stream().filter(card -> card.id().equals(id)).forEach(card -> {
            long sets = card.members().stream().filter(member -> member.state() != MemberState.UNTRUSTED)
                    .map(member -> member.keys().stream().map(PrivateKeyObject::fingerprint).collect(Collectors.toSet()))
                    .distinct().count();
            int count = card.members().size();
            spec.commandLine().getOut().println("behind " + card.label() + (count == 1 ? " is 1 card: "
                    : " are " + count + " cards with " + (sets == 1 ? "the same keys: " : sets + " different sets of keys: "))
                    + card.members().stream().map(CardMember::source).collect(Collectors.joining(", ")));
        });
    }

    @Command(name = "leave", description = "Take physical cards from behind a remote card of yours; the proxy forgets "
            + "their pins.")
    int leave(@Mixin ConfigurationOption configuration,
            @Parameters(index = "0", paramLabel = "CARD", description = "Label of the remote card.") String label,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "SOURCE",
                    description = "Cards to take, as 'card list' lists them.") List<String> sources)
            throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard card = owner.card(label);
            for (String source : sources) {
                if (card.members().stream().noneMatch(member -> member.source().equals(source))) {
                    throw new CommandFailure(source + " is not behind " + label, "list them: rpkcs11 card list");
                }
                owner.administer(new Administration.LeaveCard(card.id(), source), Secret.none());
                spec.commandLine().getOut().println(source + " left " + label);
            }
            tellMembers(owner, card.id());
            return 0;
        }
    }

    @Command(name = "remove",
            description = "Give a card back: all its delegations end, the proxy forgets its pin.")
    int remove(@Mixin ConfigurationOption configuration,
            @Parameters(paramLabel = "CARD", description = "Its label.") String label)
            throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            owner.administer(new Administration.RemoveCard(owner.card(label).id()), Secret.none());
            spec.commandLine().getOut().println("removed " + label);
            return 0;
        }
    }

    /** The two PINs of a card. */
    static final class Pins {
        @Option(names = "--card-pin", paramLabel = "SOURCE", description = CARD_PIN)
        private SecretOption cardPin = SecretOption.PROMPT;

        @Option(names = "--pin", paramLabel = "SOURCE", description = OWN_PIN)
        private SecretOption pin = SecretOption.PROMPT;
    }

    private static Map<String, Object> json(CardSource source) {
        return Json.object("source", source.source(), "label", source.label(), "model", source.model(),
                "used", source.used());
    }

    private static Map<String, Object> json(OwnedCard card) {
        return Json.object("id", card.id(), "label", card.label(), "owner", card.owner(), "present", card.present(),
                "members", card.members().stream().map(CardCommand::json).toList(),
                "queue", card.queue().stream().map(queued -> Json.object("user", queued.userName(),
                        "waiting", queued.waiting(), "place", queued.place())).toList());
    }

    private static Map<String, Object> json(CardMember member) {
        return Json.object("source", member.source(), "state", member.state(), "waiting", member.waiting(),
                "keys", member.keys().stream().map(key -> Json.object("label", key.label(), "id", key.id(),
                        "fingerprint", key.fingerprint())).toList());
    }
}
