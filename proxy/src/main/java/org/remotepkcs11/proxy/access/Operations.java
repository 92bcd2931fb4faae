package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.Id;

/** The operation ids, each used once, and the intents whose outcome is not recorded yet. */
final class Operations {
    /**
     * An operation that was admitted before.
     *
     * @param counted how many uses of a key it was counted for
     * @param result  what it made; absent until it is done
     */
    record Known(Id person, Id inputHash, long counted, Optional<Id> result) {
        boolean sameAs(User user, Id input) {
            return person.equals(user.id()) && inputHash.equals(input);
        }

        boolean done() {
            return result.isPresent();
        }
    }

    Optional<Known> find(Handle handle, Id operation) {
        return handle.select("SELECT person, input_hash, counted, result FROM operation WHERE id = ?",
                        operation.bytes())
                .map((from, context) -> new Known(Id.of(from.getBytes(1)), Id.of(from.getBytes(2)), from.getLong(3),
                        Optional.ofNullable(from.getBytes(4)).map(Id::of))).findOne();
    }

    void insert(Handle handle, Id operation, Known known) {
        handle.execute("INSERT INTO operation (id, person, input_hash, counted, result) VALUES (?, ?, ?, ?, ?)",
                operation.bytes(), known.person().bytes(), known.inputHash().bytes(), known.counted(),
                known.result().map(Id::bytes).orElse(null));
    }

    void count(Handle handle, Id operation, long counted) {
        handle.execute("UPDATE operation SET counted = ? WHERE id = ?", counted, operation.bytes());
    }

    /** No longer counted for so many. */
    void giveBack(Handle handle, Id operation, long uncounted) {
        handle.execute("UPDATE operation SET counted = counted - ? WHERE id = ? AND counted >= ?", uncounted,
                operation.bytes(), uncounted);
    }

    void done(Handle handle, Id operation, Id result) {
        handle.execute("UPDATE operation SET result = ? WHERE id = ?", result.bytes(), operation.bytes());
    }

    void begun(Handle handle, long intent) {
        handle.execute("INSERT INTO unfinished (intent) VALUES (?)", intent);
    }

    void ended(Handle handle, long intent) {
        handle.execute("DELETE FROM unfinished WHERE intent = ?", intent);
    }

    /** The oldest intents without outcome. */
    List<Long> unfinished(Handle handle, int atMost) {
        return handle.select("SELECT intent FROM unfinished ORDER BY intent LIMIT ?", atMost)
                .mapTo(Long.class).list();
    }
}
