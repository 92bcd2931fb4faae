package org.remotepkcs11.cli.owner;

import java.io.PrintWriter;
import java.util.Map;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.terminal.SecretOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.Table;
import org.remotepkcs11.wire.Administration;
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
            Table table = new Table("LABEL", "SOURCE", "PRESENT", "WAITING", "KEYS");
            owner.state().cards().forEach(card -> table.row(card.label(), card.source(),
                    card.present() ? "yes" : "no", card.waiting(), card.keys().size()));
            table.print(out, "you own no card");
            return 0;
        }
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
            @Mixin Pins pins) throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            OwnedCard card = owner.card(label);
            char[] cardPin = pins.cardPin.read("pin of the card " + label);
            owner.renewCardPin(card, cardPin, pins.pin.read("your virtual pin for " + label));
            spec.commandLine().getOut().println("the proxy has the new pin of " + label);
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
        return Json.object("id", card.id(), "label", card.label(), "source", card.source(), "owner", card.owner(),
                "present", card.present(), "waiting", card.waiting(), "keys", card.keys().stream()
                        .map(key -> Json.object("label", key.label(), "id", key.id(), "fingerprint", key.fingerprint()))
                        .toList());
    }
}
