package org.remotepkcs11.proxy.audit;

import java.util.List;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.KeptRequest;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** An entry in words, in one line. */
public final class EntryText {
    private EntryText() {
    }

    /** As {@code 17 2026-03-01T12:00:00Z refusal of …}. Control characters that users sent are shown as dots. */
    public static String of(long index, AuditEntry entry) {
        String line = index + " " + entry.time() + " " + matter(entry.matter());
        return line.replaceAll("\\p{Cntrl}", ".");
    }

    /** As {@link #of(long, AuditEntry)}; of an entry that cannot be read, why. */
    public static String of(long index, byte[] body) {
        try {
            return of(index, AuditEntryCodec.decode(body));
        } catch (UnreadableEntryException e) {
            return index + " cannot be read: " + e.getMessage();
        }
    }

    private static String matter(AuditEntry.Matter matter) {
        if (matter instanceof AuditEntry.Intent intent) {
            return "intent: " + request(intent.evidence()) + right(intent.right());
        } else if (matter instanceof AuditEntry.Done done) {
            return "done: " + request(done.evidence()) + right(done.right());
        } else if (matter instanceof AuditEntry.Outcome outcome) {
            return "outcome of " + outcome.intent() + ": "
                    + outcome.refusal().map(refusal -> refusal.code() + ", " + refusal.detail()).orElse("done")
                    + results(outcome.results());
        } else if (matter instanceof AuditEntry.Refused refused) {
            return refused(refused);
        }
        AuditEntry.Happened happened = (AuditEntry.Happened) matter;
        return happened.what() + (happened.name().isEmpty() ? "" : ": " + happened.name())
                + happened.role().map(role -> " as " + role).orElse("");
    }

    private static String refused(AuditEntry.Refused refused) {
        return "refused: " + refused.refusal().code() + ", " + refused.refusal().detail() + "; "
                + refused.evidence().map(EntryText::request).orElse("caller " + refused.caller())
                + " from " + refused.address() + right(refused.right())
                + (refused.unlisted() > 0 ? "; " + refused.unlisted() + " before it were only counted" : "");
    }

    private static String results(List<AuditEntry.Result> results) {
        StringBuilder text = new StringBuilder();
        for (AuditEntry.Result result : results) {
            text.append(result.code() == 0 ? ", made " + (result.outputHash().isNone() ? "a secret"
                    : "sha-256 " + result.outputHash()) : ", code " + result.code());
            text.append(members(result.members()));
        }
        return text.toString();
    }

    private static String members(List<String> members) {
        if (members.isEmpty()) {
            return "";
        }
        int last = members.size() - 1;
        return " by " + members.get(last)
                + (last == 0 ? "" : " after " + String.join(" and ", members.subList(0, last)) + " failed");
    }

    private static String right(AuditEntry.Right right) {
        return (right.card().isNone() ? "" : ", card " + right.card())
                + (right.delegation().isNone() ? "" : ", delegation " + right.delegation());
    }

    private static String request(AuditEntry.Evidence evidence) {
        try {
            return "user " + evidence.user() + " asked " + request(KeptRequest.decode(evidence.body()).request());
        } catch (RefusedException e) {
            return "user " + evidence.user() + " asked something that cannot be read";
        }
    }

    private static String request(Request request) {
        if (request instanceof Request.Use use) {
            return "use " + use.operations().stream().map(Operation::toString).collect(Collectors.joining("; "))
                    + use.document().map(document -> ", document \"" + document.name() + "\"").orElse("");
        }
        if (request instanceof Request.Administer administer
                && administer.action() instanceof Administration.Decide decide) {
            return (decide.approve() ? "to approve" : "to deny") + " the operation " + decide.operation()
                    + " of delegation " + decide.delegation() + " with the input " + decide.inputHash();
        }
        if (request instanceof Request.Administer administer) {
            return administer.action().getClass().getSimpleName();
        }
        return request.getClass().getSimpleName();
    }
}
