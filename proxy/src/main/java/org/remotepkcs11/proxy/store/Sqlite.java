package org.remotepkcs11.proxy.store;

import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** All that holds for SQLite only: how the file is opened, how writing begins, which tables there are. */
final class Sqlite {
    private static final int BUSY_MILLISECONDS = 10_000;
    private static final int CACHE_KIB = 32 * 1024;
    /** Pages of the write-ahead log before they are moved to the file: 16 MiB, so that few commits pay for it. */
    private static final int CHECKPOINT_PAGES = 4_000;

    private Sqlite() {
    }

    static DataSource writing(Path file) {
        return source(file, configuration());
    }

    static DataSource reading(Path file) {
        return source(file, configuration());
    }

    private static SQLiteConfig configuration() {
        SQLiteConfig configuration = new SQLiteConfig();
        configuration.setJournalMode(SQLiteConfig.JournalMode.WAL);
        configuration.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        configuration.enforceForeignKeys(true);
        configuration.setBusyTimeout(BUSY_MILLISECONDS);
        configuration.setCacheSize(-CACHE_KIB);
        configuration.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
        configuration.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(CHECKPOINT_PAGES));
        return configuration;
    }

    private static DataSource source(Path file, SQLiteConfig configuration) {
        SQLiteDataSource source = new SQLiteDataSource(configuration);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** Migrations are independent of each other; a store may have got a later one first. */
    static void migrate(DataSource source) {
        Flyway.configure().dataSource(source).locations("classpath:db/sqlite").outOfOrder(true).load().migrate();
    }

    /** Takes the right to write at once: no other process can slip in between what is read and what is written. */
    static void begin(Handle handle) {
        handle.execute("BEGIN IMMEDIATE");
    }

    /** Differs from the last time on this connection if any other connection committed since. */
    static long foreignVersion(Handle handle) {
        return handle.select("PRAGMA data_version").mapTo(Long.class).one();
    }

    static boolean isBusy(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY
                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT);
    }
}
