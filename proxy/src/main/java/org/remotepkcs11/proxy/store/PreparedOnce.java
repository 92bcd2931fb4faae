package org.remotepkcs11.proxy.store;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/** Keeps the statements of one connection, which one thread at a time uses, prepared: preparing costs more than running. */
final class PreparedOnce implements StatementBuilder {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** @param physical the connection itself, not what a pool lends of it: that would close the statements */
    PreparedOnce(Connection physical) {
        this.connection = physical;
    }

    @Override
    public Statement create(Connection lent, StatementContext context) throws SQLException {
        return connection.createStatement();
    }

    @Override
    public PreparedStatement create(Connection lent, String sql, StatementContext context) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    @Override
    public CallableStatement createCall(Connection lent, String sql, StatementContext context)
            throws SQLException {
        return connection.prepareCall(sql);
    }

    @Override
    public void close(Connection lent, String sql, Statement statement) throws SQLException {
        if (statement instanceof PreparedStatement kept) {
            kept.clearParameters();
        }
    }

    /** The statements end with their connection, which outlives whoever it was lent to. */
    @Override
    public void close(Connection lent) {
        // nothing ends here
    }
}
