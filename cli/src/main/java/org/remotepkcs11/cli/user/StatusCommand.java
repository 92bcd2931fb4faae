package org.remotepkcs11.cli.user;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.MechanismName;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.CertificateTerm;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Show the proxy and the remote cards you may use.")
public final class StatusCommand implements Callable<Integer> {
    private static final List<Usage> USES = List.of(Usage.SIGN, Usage.DECRYPT, Usage.UNWRAP, Usage.DERIVE);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws RefusedException {
        ClientConfiguration loaded = configuration.load();
        try (RemoteClient client = RemoteClient.of(loaded)) {
            Snapshot snapshot = client.refresh();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.write(Json.object("configuration", loaded.file(), "proxy", Json.object(
                        "url", loaded.proxyUrl(), "fingerprint", client.proxy()),
                        "certificate", Json.object("notAfter", client.certificateTerm().end(),
                                "renewalDue", client.certificateTerm().renewalDue()),
                        "cards", snapshot.cards().stream().map(card -> json(card, client.load(card))).toList())));
                return 0;
            }
            out.println("configuration  " + loaded.file());
            out.println("proxy          " + loaded.proxyUrl() + "  " + client.proxy());
            out.println("certificate    " + describe(client.certificateTerm()));
            snapshot.cards().forEach(card -> print(card, client.load(card), out));
            if (snapshot.cards().isEmpty()) {
                out.println("no cards       nobody delegated a card to you yet");
            }
            return 0;
        }
    }

    private static String describe(CertificateTerm term) {
        return "of yours, good until " + Moment.show(term.end())
                + (term.isRenewalDue(Instant.now()) ? "; renew it: rpkcs11 renew" : "");
    }

    private static void print(RemoteCard card, Optional<CardLoad> load, PrintWriter out) {
        out.println("card           " + card.token().label() + ", of " + card.owner()
                + (card.present() ? "" : ", not in its reader"));
        out.println("  virtual pin  " + (card.sealedPin().length > 0 ? "waits for you: rpkcs11 pin fetch"
                : show(card.pinState())));
        card.notBefore().ifPresent(from -> out.println("  from         " + Moment.show(from)));
        card.notAfter().ifPresent(until -> out.println("  until        " + Moment.show(until)));
        printApproval(card, out);
        load.filter(told -> told.waiting() > 0).ifPresent(told -> out.println("  queue        " + told.waiting()
                + " of your operations wait, the first at place " + told.place()));
        int number = 0;
        for (KeySet set : card.sets()) {
            if (card.sets().size() > 1) {
                out.println("  one of " + card.sets().size() + "     card " + ++number
                        + (set.present() ? "" : ", not in its reader"));
            }
            set.keys().forEach(key -> out.println("  key          " + describe(key)));
            out.println("  mechanisms   " + String.join(" ", mechanisms(set)));
        }
    }

    private static void printApproval(RemoteCard card, PrintWriter out) {
        if (card.approval().needed()) {
            out.println("  approval     of each use by the owner, within " + Moment.show(card.approval().within()));
        }
        waiting(card).forEach(one -> out.println("  waiting      for the owner's approval until "
                + Moment.show(one.until()) + ": operation " + one.operation()));
    }

    /** The proxy's list is as of its last change. */
    private static List<RemoteCard.Waiting> waiting(RemoteCard card) {
        Instant now = Instant.now();
        return card.approval().waiting().stream().filter(one -> one.until().isAfter(now)).toList();
    }

    private static List<String> mechanisms(KeySet set) {
        return set.mechanisms().stream().sorted().map(MechanismName::show).toList();
    }

    private static String describe(PrivateKeyObject key) {
        String uses = String.join(", ", USES.stream().filter(key.usages()::contains)
                .map(usage -> usage.name().toLowerCase(Locale.ROOT)).toList());
        return key.label() + " (id " + key.id() + "): " + uses;
    }

    private static String show(PinState state) {
        return switch (state) {
            case OK -> "good";
            case COUNT_LOW -> "a wrong one was tried since the last right one";
            case FINAL_TRY -> "one try left";
            case LOCKED -> "locked; ask the owner: rpkcs11 unlock";
        };
    }

    /** Keys and what belongs to them are the card's own members; of several cards with different keys, a list of such. */
    private static Map<String, Object> json(RemoteCard card, Optional<CardLoad> load) {
        Map<String, Object> shown = bare(card, load);
        if (card.sets().size() == 1) {
            shown.putAll(json(card.sets().get(0)));
        } else {
            shown.put("keySets", card.sets().stream().map(StatusCommand::json).toList());
        }
        return shown;
    }

    private static Map<String, Object> bare(RemoteCard card, Optional<CardLoad> load) {
        return Json.object("label", card.token().label(), "serialNumber", card.token().serialNumber(),
                "manufacturer", card.token().manufacturer(), "model", card.token().model(), "owner", card.owner(),
                "delegation", card.delegation(), "present", card.present(), "pin", card.pinState(),
                "pinToFetch", card.sealedPin().length > 0,
                "notBefore", card.notBefore(), "notAfter", card.notAfter(),
                "approveWithinSeconds", card.approval().within().toSeconds(),
                "waiting", waiting(card).stream().map(one -> Json.object("operation", one.operation(),
                        "until", one.until())).toList(),
                "queued", load.map(CardLoad::waiting).orElse(0), "place", load.map(CardLoad::place).orElse(0));
    }

    private static Map<String, Object> json(KeySet set) {
        return Json.object("present", set.present(), "mechanisms", mechanisms(set),
                "keys", set.keys().stream().map(key -> Json.object("label", key.label(), "id", key.id(),
                        "fingerprint", key.fingerprint(), "usages", key.usages().stream().sorted().toList())).toList(),
                "certificates", set.certificates().stream().map(certificate -> Json.object(
                        "label", certificate.label(), "id", certificate.id())).toList());
    }
}
