package org.remotepkcs11.cli.owner;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.MechanismName;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Operation.Parameters;

/** All that decides about an operation, for the owner to read. */
final class ApprovalText {
    /** 160 bits: nobody finds two operations of one id. */
    private static final int ID_DIGITS = 40;

    private ApprovalText() {
    }

    static String id(Approval one) {
        return one.name().toString().substring(0, ID_DIGITS);
    }

    /** Others' words: what a terminal would obey, or show in another order, is shown as dots. */
    static String line(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", ".");
    }

    static List<String> lines(Approval one) {
        List<String> lines = new ArrayList<>();
        lines.add(id(one) + "  " + line(one.userName()) + " with " + line(one.card())
                + (one.approved() ? ", approved and not done, until " : ", until ") + Moment.show(one.until()));
        lines.add("  operation " + one.operation() + " of delegation " + one.delegation());
        one.operations().forEach(asked -> lines.addAll(lines(asked)));
        return lines;
    }

    private static List<String> lines(Approval.Asked asked) {
        Operation operation = asked.operation();
        List<String> lines = new ArrayList<>();
        lines.add("  " + operation.kind().name().toLowerCase(Locale.ROOT) + " with key " + line(asked.key()) + " by "
                + MechanismName.show(operation.mechanism()) + parameters(operation.parameters()));
        lines.add("    key " + operation.key());
        asked.documents().forEach(digest -> lines.add("    document " + digest));
        if (!asked.digest().isNone()) {
            lines.add("    digest, of what cannot be seen " + asked.digest());
        } else if (asked.documents().isEmpty() && operation.kind() != Operation.Kind.DERIVE) {
            lines.add("    what is in it cannot be seen; sha-256 of the input " + asked.input());
        }
        return lines;
    }

    private static String parameters(Parameters parameters) {
        if (parameters instanceof Parameters.Pss pss) {
            return ", hash 0x" + Long.toHexString(pss.hash()) + ", mgf 0x" + Long.toHexString(pss.mgf()) + ", salt of "
                    + pss.saltLength() + " bytes";
        } else if (parameters instanceof Parameters.Oaep oaep) {
            return ", hash 0x" + Long.toHexString(oaep.hash()) + ", mgf 0x" + Long.toHexString(oaep.mgf()) + ", label "
                    + (oaep.label().length == 0 ? "empty" : HexFormat.of().formatHex(oaep.label()));
        }
        return parameters instanceof Parameters.Ecdh ecdh
                ? ", with the point " + HexFormat.of().formatHex(ecdh.publicPoint()) : "";
    }

    static Object json(Approval one) {
        return Json.object("id", id(one), "operation", one.operation(), "delegation", one.delegation(),
                "user", one.userName(), "card", one.card(), "asked", one.asked(),
                "until", one.until(), "approved", one.approved(),
                "operations", one.operations().stream().map(ApprovalText::json).toList());
    }

    private static Object json(Approval.Asked asked) {
        Operation operation = asked.operation();
        Parameters parameters = operation.parameters();
        return Json.object("key", asked.key(), "fingerprint", operation.key(), "kind", operation.kind(),
                "mechanism", MechanismName.show(operation.mechanism()),
                "parameters", parameters instanceof Parameters.None ? null : parameters(parameters).substring(2),
                "documents", asked.documents(), "digest", asked.digest().isNone() ? null : asked.digest(),
                "input", asked.input());
    }
}
