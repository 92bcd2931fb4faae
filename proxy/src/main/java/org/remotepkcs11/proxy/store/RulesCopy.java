package org.remotepkcs11.proxy.store;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Copies a store without its log and without the operation ids (both grow for ever; the log is backed up as it grows)
 * while the proxy goes on writing: all of it as it stood at one moment.
 */
final class RulesCopy {
    private static final String COPY = "copy";
    /** Only a repeat of an operation from before a restore would miss them: it counts as a new one. */
    private static final String NO_ROWS = "name NOT LIKE 'log\\_%' ESCAPE '\\' AND name != 'operation'";

    private final Handle handle;

    private RulesCopy(Handle handle) {
        this.handle = handle;
    }

    /** @param seen is asked inside the transaction: about the same moment */
    static <T> T take(Handle handle, Path file, Function<Handle, T> seen) {
        handle.execute("ATTACH ? AS " + COPY, file.toString());
        try {
            return new RulesCopy(handle).inOneTransaction(seen);
        } finally {
            handle.execute("DETACH " + COPY);
        }
    }

    private <T> T inOneTransaction(Function<Handle, T> seen) {
        handle.execute("BEGIN");
        boolean done = false;
        try {
            handle.execute("PRAGMA defer_foreign_keys = ON");
            T result = seen.apply(handle);
            definitions().forEach(this::define);
            tables().forEach(table -> handle.execute(
                    "INSERT INTO " + COPY + ".\"" + table + "\" SELECT * FROM main.\"" + table + "\""));
            handle.execute("COMMIT");
            done = true;
            return result;
        } finally {
            if (!done) {
                handle.execute("ROLLBACK");
            }
        }
    }

    /** Tables first. SQLite keeps a definition as {@code CREATE}, its kind, and the rest as it was given. */
    private List<String> definitions() {
        return handle.select("SELECT sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'index'")
                .mapTo(String.class).list();
    }

    private void define(String sql) {
        handle.execute(sql.replaceFirst("^CREATE (TABLE|UNIQUE INDEX|INDEX) ", "CREATE $1 " + COPY + "."));
    }

    private List<String> tables() {
        return handle.select("SELECT name FROM main.sqlite_master WHERE type = 'table' AND " + NO_ROWS)
                .mapTo(String.class).list();
    }
}
