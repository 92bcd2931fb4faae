package org.remotepkcs11.proxy.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.proxy.store.Database;
import org.remotepkcs11.wire.RefusedException;

/** The log in a proxy's store or in a copy of the file; the proxy may be running. */
public final class StoredLog implements LogCopy {
    private static final int PAGE = 500;

    private final Database database;

    private StoredLog(Database database) {
        this.database = database;
    }

    /** @throws IOException if there is no such store */
    public static StoredLog open(Path store) throws IOException {
        return new StoredLog(Database.openExisting(store));
    }

    @Override
    public Optional<String> head() throws IOException {
        return read(handle -> new StoredTree(handle).head());
    }

    @Override
    public void forEach(EntryVisitor visitor) throws IOException {
        long from = Long.MIN_VALUE;
        List<StoredTree.Entry> page = page(from);
        while (!page.isEmpty()) {
            for (StoredTree.Entry entry : page) {
                visitor.entry(entry.index(), entry.body());
                from = entry.index() + 1;
            }
            page = page(from);
        }
    }

    private List<StoredTree.Entry> page(long from) throws IOException {
        return read(handle -> new StoredTree(handle).entries(from, PAGE));
    }

    private <T> T read(Function<Handle, T> query) throws IOException {
        try {
            return database.read(query);
        } catch (RefusedException e) {
            throw new IOException("the store cannot be read", e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
