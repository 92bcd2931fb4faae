package org.remotepkcs11.proxy.audit;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeptRequest;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** Entries in words, a line each; people by the names under which entries before enrolled their keys. */
public final class EntryText {
    /** Of a key beside its holder's name, as {@code rpkcs11 users} shows them. */
    private static final int KEY_DIGITS = 16;
    /** Inputs that are shown as they are: digests, alone or in a DigestInfo. */
    private static final int MOST_SHOWN = 96;

    private final Map<Id, String> names = new HashMap<>();

    /** As {@code 17 2026-03-01T12:00:00Z refused: …}. Control characters that users sent are shown as dots. */
    public String of(long index, AuditEntry entry) {
        if (entry.matter() instanceof AuditEntry.Happened happened && happened.certificate().length > 0) {
            learn(happened);
        }
        String line = index + " " + entry.time() + " " + matter(entry.matter());
        return line.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", ".");
    }

    /** As {@link #of(long, AuditEntry)}; of an entry that cannot be read, why. */
    public String of(long index, byte[] body) {
        try {
            return of(index, AuditEntryCodec.decode(body));
        } catch (UnreadableEntryException e) {
            return index + " cannot be read: " + e.getMessage();
        }
    }

    private void learn(AuditEntry.Happened happened) {
        try {
            names.put(Fingerprint.of(CertificateFactory.getInstance("X.509").generateCertificate(
                    new ByteArrayInputStream(happened.certificate())).getPublicKey()), happened.name());
        } catch (CertificateException e) {
            // then the key stands for its holder; who verifies the log is told
        }
    }

    private String matter(AuditEntry.Matter matter) {
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

    private String refused(AuditEntry.Refused refused) {
        return "refused: " + refused.refusal().code() + ", " + refused.refusal().detail() + "; "
                + refused.evidence().map(this::request).orElseGet(() -> "caller " + person(refused.caller()))
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

    private String request(AuditEntry.Evidence evidence) {
        String user = "user " + person(evidence.user());
        try {
            return user + " asked " + request(KeptRequest.decode(evidence.body()).request());
        } catch (RefusedException e) {
            return user + " asked something that cannot be read";
        }
    }

    private String person(Id key) {
        String name = names.get(key);
        return name == null ? key.toString() : name + " (" + key.toString().substring(0, KEY_DIGITS) + ")";
    }

    private static String request(Request request) {
        if (request instanceof Request.Use use) {
            return "use " + use.operations().stream().map(EntryText::operation).collect(Collectors.joining("; "));
        }
        if (request instanceof Request.Administer administer) {
            return action(administer.action());
        }
        return request.getClass().getSimpleName();
    }

    private static String operation(Operation operation) {
        byte[] input = operation.input();
        return operation + (input.length == 0 ? "" : input.length > MOST_SHOWN ? ", sha-256 " + Fingerprint.ofDer(input)
                : ", " + HexFormat.of().formatHex(input));
    }

    /** Which card or delegation it is about, the entry itself says. */
    private static String action(Administration action) {
        if (action instanceof Administration.Decide decide) {
            return (decide.approve() ? "to approve" : "to deny") + " the operation " + decide.operation()
                    + " of delegation " + decide.delegation() + " with the input " + decide.inputHash();
        }
        String name = action.getClass().getSimpleName();
        if (action instanceof Administration.Invite invite) {
            return name + " " + invite.name() + " as " + invite.role();
        } else if (action instanceof Administration.ReplaceKey replace) {
            return name + " of " + replace.name();
        } else if (action instanceof Administration.DisableUser disable) {
            return name + " " + disable.name();
        } else if (action instanceof Administration.AddCard add) {
            return name + " " + add.source() + " as " + add.label();
        } else if (action instanceof Administration.JoinCard join) {
            return name + " " + join.source();
        } else if (action instanceof Administration.LeaveCard leave) {
            return name + " " + leave.source();
        }
        return action instanceof Administration.Delegate delegate ? name + " to " + delegate.userName() : name;
    }
}
