package org.remotepkcs11.cli.owner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.text.MechanismName;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.cli.text.WeekHours;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.ProxyState.DelegationState;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.WeeklyHours;
import picocli.CommandLine.Option;

/** The limits of a delegation, as options; what is not given does not limit. */
final class LimitOptions {
    private static final int MIN_HEX_DIGITS = 8;
    private static final Duration USUAL_PATIENCE = Duration.ofMinutes(5);

    @Option(names = "--from", paramLabel = "TIME", converter = Moment.First.class,
            description = "First moment of use: " + Moment.FORMS + ".")
    private Instant from;

    @Option(names = "--until", paramLabel = "TIME", converter = Moment.Last.class,
            description = "Last moment of use: " + Moment.FORMS + ".")
    private Instant until;

    @Option(names = "--for", paramLabel = "SPAN", converter = Moment.Span.class,
            description = "Instead of --until, how long from now: " + Moment.SPANS + ".")
    private Duration span;

    @Option(names = "--operations", paramLabel = "N", description = "How many signatures or decryptions in all.")
    private Long operations;

    @Option(names = "--key", paramLabel = "KEY",
            description = "Only this key, by its label or the beginning of its fingerprint; may be repeated.")
    private List<String> keys = List.of();

    @Option(names = "--mechanism", paramLabel = "NAME", converter = MechanismName.Converter.class,
            completionCandidates = MechanismName.Candidates.class,
            description = "Only this mechanism, may be repeated: ${COMPLETION-CANDIDATES}.")
    private List<MechanismName> mechanisms = List.of();

    @Option(names = "--kind", paramLabel = "KIND",
            description = "Only this use of the key, may be repeated: ${COMPLETION-CANDIDATES}.")
    private List<Operation.Kind> kinds = List.of();

    @Option(names = "--document", paramLabel = "FILE",
            description = "Only this file, by its SHA-256, SHA-384 and SHA-512; may be repeated.")
    private List<Path> documents = List.of();

    @Option(names = "--digest", paramLabel = "HEX", description = "Only a document of this digest; may be repeated.")
    private List<String> digests = List.of();

    @Option(names = "--hours", paramLabel = "HOURS", converter = WeekHours.class,
            description = "Only at these hours of the week, may be repeated: " + WeekHours.FORMS + ".")
    private List<WeeklyHours.Span> hours = List.of();

    @Option(names = "--time-zone", paramLabel = "ZONE",
            description = "Whose clocks --hours go by, as in Europe/Rome; this machine's if absent.")
    private ZoneId zone = ZoneId.systemDefault();

    @Option(names = "--approve",
            description = "You approve each single use, before the card is touched: rpkcs11 approve.")
    private boolean approve;

    @Option(names = "--approve-within", paramLabel = "SPAN", converter = Moment.Span.class,
            description = "As --approve, and how long a use waits for you, at most 60m; 5m if absent.")
    private Duration approveWithin;

    Limits of(OwnedCard card) throws CommandFailure, IOException {
        if (span != null && until != null) {
            throw new CommandFailure("--until and --for exclude each other", "give one of the two");
        }
        if (operations != null && operations < 1) {
            throw new CommandFailure("--operations " + operations + " allows none", "leave it out, and they are not counted");
        }
        Instant end = span == null ? until : Instant.now().plus(span);
        if (end != null && from != null && end.isBefore(from)) {
            throw new CommandFailure("the delegation would end before it begins", "check --from and --until");
        }
        Limits limits = new Limits(Optional.ofNullable(from), Optional.ofNullable(end), operations == null ? 0 : operations,
                keysOf(card),
                mechanisms.stream().map(MechanismName::number).collect(Collectors.toSet()), Set.copyOf(kinds),
                documentDigests());
        Limits within = hours.isEmpty() ? limits : limits.withHours(new WeeklyHours(zone, hours));
        return approve || approveWithin != null ? within.withApproval(patience()) : within;
    }

    /** @param before a delegation whose limits are taken, with what is left of its count */
    Limits like(DelegationState before, OwnedCard card) throws CommandFailure, IOException {
        Limits limits = before.limits();
        if (!of(card).equals(Limits.NONE) || !before.card().equals(card.id())) {
            throw new CommandFailure(before.card().equals(card.id()) ? "--like and limits exclude each other"
                    : "that delegation is of another card", "delegations and their limits: rpkcs11 delegations");
        }
        long left = limits.maxOperations() - before.operationsUsed();
        if (limits.maxOperations() > 0 && left < 1) {
            throw new CommandFailure("that delegation is used up", "delegate with --operations and the other limits");
        }
        return limits.maxOperations() > 0 ? limits.withMaxOperations(left) : limits;
    }

    private Duration patience() throws CommandFailure {
        Duration patience = approveWithin == null ? USUAL_PATIENCE : approveWithin;
        if (patience.toMillis() > MessageBounds.MAX_WAIT_MS) {
            throw new CommandFailure("nothing waits longer than 60m for an approval", "give a shorter --approve-within");
        }
        return patience;
    }

    private Set<Id> keysOf(OwnedCard card) throws CommandFailure {
        Set<Id> chosen = new HashSet<>();
        for (String key : keys) {
            Set<Id> fitting = card.keys().stream().filter(candidate -> names(key, candidate))
                    .map(PrivateKeyObject::fingerprint).collect(Collectors.toSet());
            boolean ambiguous = card.members().stream().anyMatch(member -> member.keys().stream()
                    .map(PrivateKeyObject::fingerprint).filter(fitting::contains).distinct().count() > 1);
            if (fitting.isEmpty() || ambiguous) {
                String there = card.keys().stream().map(known -> known.label() + " " + known.fingerprint())
                        .collect(Collectors.joining(", "));
                throw new CommandFailure(fitting.isEmpty() ? card.label() + " has no key " + key
                        : "several keys are called " + key, "its keys: " + there);
            }
            chosen.addAll(fitting);
        }
        return chosen;
    }

    private static boolean names(String name, PrivateKeyObject key) {
        return key.label().equals(name) || name.length() >= MIN_HEX_DIGITS
                && key.fingerprint().toString().startsWith(name.toLowerCase(Locale.ROOT));
    }

    private Set<Id> documentDigests() throws CommandFailure, IOException {
        Set<Id> all = new HashSet<>();
        for (String digest : digests) {
            all.add(digest(digest));
        }
        for (Path document : documents) {
            all.add(digest("SHA-256", document));
            all.add(digest("SHA-384", document));
            all.add(digest("SHA-512", document));
        }
        return all;
    }

    private static Id digest(String hex) throws CommandFailure {
        try {
            return Id.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("'" + hex + "' is no digest", "write it in hexadecimal digits", e);
        }
    }

    private static Id digest(String algorithm, Path document) throws CommandFailure, IOException {
        try (InputStream in = Files.newInputStream(document)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            return Id.of(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("this Java knows no " + algorithm, "use a complete JDK", e);
        }
    }
}
