package org.remotepkcs11.proxy.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proxy's store: one SQLite file that other processes may use at the same time. Writing is the {@link Ledger}'s. */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int READERS = 4;

    private final DataSource writing;
    private final HikariDataSource reading;
    private final Jdbi readers;
    private final Map<Connection, PreparedOnce> statements = new IdentityHashMap<>();

    private Database(DataSource writing, HikariDataSource reading) {
        this.writing = writing;
        this.reading = reading;
        this.readers = Jdbi.create(reading);
        readers.setStatementBuilderFactory(this::kept);
    }

    /**
     * Makes the file if it is not there and brings its tables up to this version.
     *
     * @throws IOException if the file cannot be used or is of a later version
     */
    public static Database open(Path file) throws IOException {
        DataSource writing = Sqlite.writing(file);
        try {
            Sqlite.migrate(writing);
        } catch (FlywayException e) {
            throw new IOException("the store " + file + " cannot be opened: " + e.getMessage(), e);
        }
        return new Database(writing, readers(file));
    }

    /**
     * To read a store that is there, with its tables as they are.
     *
     * @throws IOException if there is no such file
     */
    public static Database openExisting(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new Database(Sqlite.writing(file), readers(file));
    }

    private static HikariDataSource readers(Path file) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(Sqlite.reading(file));
        pool.setPoolName("store-readers");
        pool.setMaximumPoolSize(READERS);
        pool.setMinimumIdle(1);
        return new HikariDataSource(pool);
    }

    /**
     * Reads what is committed.
     *
     * @throws RefusedException {@link ErrorCode#PROXY_FAILED} if the store cannot be read
     */
    public <T> T read(Function<Handle, T> query) throws RefusedException {
        try {
            return readers.withHandle(query::apply);
        } catch (JdbiException e) {
            LOG.error("the store could not be read", e);
            throw new RefusedException(ErrorCode.PROXY_FAILED, "the proxy could not read its store");
        }
    }

    /**
     * Copies everything but the log and the operation ids to a new SQLite file, as it stands at one moment.
     *
     * @param seen is asked about the same moment
     * @throws RefusedException {@link ErrorCode#PROXY_FAILED} if the store cannot be read or the copy not be written
     */
    public <T> T copyRules(Path file, Function<Handle, T> seen) throws RefusedException {
        try (Handle handle = openWriter()) {
            return RulesCopy.take(handle, file, seen);
        } catch (JdbiException e) {
            LOG.error("the rules could not be copied to {}", file, e);
            throw new RefusedException(ErrorCode.PROXY_FAILED, "the proxy could not copy its rules");
        }
    }

    /**
     * Writes in one transaction, while nobody else has the store open: for restoring.
     *
     * @throws IOException if it cannot be written; then nothing was
     */
    public void fill(Filling filling) throws IOException {
        try (Handle handle = openWriter()) {
            handle.execute("BEGIN IMMEDIATE");
            filling.fill(handle);
            handle.execute("COMMIT");
        } catch (JdbiException e) {
            throw new IOException("the store cannot be written", e);
        }
    }

    /** What {@link #fill} writes. */
    @FunctionalInterface
    public interface Filling {
        void fill(Handle handle) throws IOException;
    }

    /** A connection of its own for the one thread that writes. */
    Handle openWriter() {
        Jdbi jdbi = Jdbi.create(writing);
        jdbi.setStatementBuilderFactory(PreparedOnce::new);
        return jdbi.open();
    }

    /** Of the connection itself that the pool lends; those that the pool gave up are forgotten. */
    private StatementBuilder kept(Connection lent) {
        try {
            Connection physical = lent.unwrap(Connection.class);
            synchronized (statements) {
                PreparedOnce kept = statements.get(physical);
                if (kept == null) {
                    statements.keySet().removeIf(Database::isClosed);
                    kept = new PreparedOnce(physical);
                    statements.put(physical, kept);
                }
                return kept;
            }
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** Whether another process kept the store for too long. */
    static boolean isBusy(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && Sqlite.isBusy(sql)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        reading.close();
    }
}
