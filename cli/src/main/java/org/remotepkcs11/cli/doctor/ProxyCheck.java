package org.remotepkcs11.cli.doctor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** What the proxy itself says: its reply key, its clock, whether the user is enrolled, what the user may use. */
final class ProxyCheck {
    private static final Duration TOLERATED = Duration.ofMinutes(2);

    private final ClientConfiguration configuration;
    private final Clock clock;

    ProxyCheck(ClientConfiguration configuration, Clock clock) {
        this.configuration = configuration;
        this.clock = clock;
    }

    List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        try (RemoteClient client = RemoteClient.of(configuration)) {
            List<Finding> enrolment = enrolment(client);
            Optional<Duration> difference = client.clockDifference();
            if (difference.isPresent()) {
                findings.add(Finding.ok("reply key", "answers are signed by the proxy you enrolled with"));
                findings.add(clock(difference.get()));
            }
            findings.addAll(enrolment);
        } catch (RefusedException e) {
            findings.add(Finding.problem("configuration", e.refusal().detail(), DoctorCommand.CONFIGURATION_HINT));
        }
        return findings;
    }

    private List<Finding> enrolment(RemoteClient client) {
        try {
            List<RemoteCard> cards = client.refresh().cards();
            List<Finding> findings = new ArrayList<>(List.of(Finding.ok("enrolment", "the proxy knows you")));
            if (cards.isEmpty()) {
                findings.add(Finding.warning("delegation", "nobody delegated a card to you", "ask the card's owner"));
            }
            cards.forEach(card -> findings.addAll(of(card)));
            return findings;
        } catch (RefusedException e) {
            return List.of(refused(e.code() == ErrorCode.REPLY_INVALID ? "reply key" : "enrolment", e));
        }
    }

    private Finding clock(Duration difference) {
        Duration off = difference.plus(Duration.between(clock.instant(), Instant.now()));
        if (off.abs().compareTo(TOLERATED) <= 0) {
            return Finding.ok("clock", "within " + TOLERATED.toMinutes() + " minutes of the proxy's");
        }
        return Finding.warning("clock", "this machine's clock is " + span(off.abs()) + (off.isNegative() ? " ahead of"
                : " behind") + " the proxy's", "set the clock: certificates and signing times depend on it");
    }

    private static String span(Duration span) {
        return span.toHours() > 0 ? span.toHours() + " hours" : span.toMinutes() + " minutes";
    }

    private List<Finding> of(RemoteCard card) {
        String label = card.token().label();
        Instant now = clock.instant();
        List<Finding> findings = new ArrayList<>();
        if (card.notBefore().filter(now::isBefore).isPresent()) {
            findings.add(Finding.problem("delegation", label + " may be used only from "
                    + Moment.show(card.notBefore().get()), "wait until then, or ask the owner"));
        } else if (card.notAfter().filter(now::isAfter).isPresent()) {
            findings.add(Finding.problem("delegation", label + " could be used until "
                    + Moment.show(card.notAfter().get()), "ask the owner for a new delegation"));
        } else {
            findings.add(Finding.ok("delegation", "you may use " + label + " of " + card.owner()));
        }
        findings.add(pin(card, label));
        if (!card.present()) {
            findings.add(Finding.problem("card", label + " is in no reader", "ask the owner to plug it in"));
        }
        return findings;
    }

    private static Finding pin(RemoteCard card, String label) {
        return switch (card.pinState()) {
            case OK -> Finding.ok("virtual pin", "not blocked for " + label);
            case COUNT_LOW -> Finding.warning("virtual pin", "a wrong one was tried for " + label,
                    "check the pin before you try again");
            case FINAL_TRY -> Finding.warning("virtual pin", "one try is left for " + label,
                    "if you are not sure of the pin, ask the owner to unlock it first");
            case LOCKED -> Finding.problem("virtual pin", "locked for " + label,
                    "ask the owner: rpkcs11 unlock " + card.delegation());
        };
    }

    private static Finding refused(String check, RefusedException refused) {
        return Finding.problem(check, refused.refusal().detail() + " (" + refused.code() + ")", refused.code().hint());
    }
}
