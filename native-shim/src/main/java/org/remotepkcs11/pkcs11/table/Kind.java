package org.remotepkcs11.pkcs11.table;

import java.util.Locale;

/** What an argument is; {@code pkcs11.table} says which C parameters each stands for. */
public enum Kind {
    ULONG, BOOL, BYTES, PIN, OPTIONAL, LABEL, MECHANISM, TEMPLATE, QUERY, MESSAGE, NULL, IGNORED, HOST,
    OUT_ULONG, OUT_BYTES, OUT_OPTIONAL, OUT_ULONGS, OUT_FOUND, OUT_FILL, OUT_STRUCTURE;

    /** @param word as the table writes it; {@code >} and a name in capitals is a structure */
    static Kind ofWord(String word) {
        if (!word.startsWith(">")) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
        return word.startsWith(">CK_") ? OUT_STRUCTURE : valueOf("OUT_" + word.substring(1).toUpperCase(Locale.ROOT));
    }

    /** How many C parameters it stands for. */
    public int parameters() {
        return switch (this) {
            case BYTES, PIN, OPTIONAL, TEMPLATE, QUERY, MESSAGE, OUT_BYTES, OUT_OPTIONAL, OUT_ULONGS, OUT_FILL -> 2;
            case OUT_FOUND -> 3;
            default -> 1;
        };
    }

    /** Whether the host reads something back. */
    public boolean isWritten() {
        return this == QUERY || this == MESSAGE || name().startsWith("OUT_");
    }

    /** Whether something of it crosses to the dispatcher. */
    public boolean isRead() {
        return switch (this) {
            case NULL, IGNORED, HOST, OUT_ULONG, OUT_STRUCTURE -> false;
            default -> true;
        };
    }
}
