package org.remotepkcs11.proxy.access;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * All tables whose rows have a MAC, whoever uses them. A MAC covers the other columns in the order of the table's
 * definition, without those that are empty.
 */
final class SealedRows {
    private static final String MAC = "mac";

    private final Handle handle;

    SealedRows(Handle handle) {
        this.handle = handle;
    }

    List<String> tables() throws RefusedException {
        try (ResultSet found = metaData().getTables(null, null, "%", new String[] {"TABLE"})) {
            List<String> tables = new ArrayList<>();
            while (found.next()) {
                String table = found.getString("TABLE_NAME");
                if (columns(table).contains(MAC)) {
                    tables.add(table);
                }
            }
            return tables;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private DatabaseMetaData metaData() throws SQLException {
        return handle.getConnection().getMetaData();
    }

    private List<String> columns(String table) throws SQLException {
        Map<Integer, String> columns = new TreeMap<>();
        try (ResultSet found = metaData().getColumns(null, null, table, "%")) {
            while (found.next()) {
                columns.put(found.getInt("ORDINAL_POSITION"), found.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(columns.values());
    }

    private List<String> key(String table) throws SQLException {
        List<String> key = new ArrayList<>();
        try (ResultSet found = metaData().getPrimaryKeys(null, null, table)) {
            while (found.next()) {
                key.add(found.getString("COLUMN_NAME"));
            }
        }
        return key;
    }

    /**
     * Gives each row of the table a MAC under the other seal.
     *
     * @param verified whether the one it has is looked at
     * @return how many rows there are
     */
    int reseal(String table, PolicySeal before, PolicySeal after, boolean verified) throws RefusedException {
        try {
            List<String> columns = columns(table);
            List<String> key = key(table);
            String update = "UPDATE " + table + " SET mac = ? WHERE " + String.join(" = ? AND ", key) + " = ?";
            List<Map<String, Object>> rows = handle.select("SELECT " + String.join(", ", columns) + " FROM " + table)
                    .map((from, context) -> row(from, columns)).list();
            for (Map<String, Object> row : rows) {
                Object[] fields = columns.stream().filter(column -> !column.equals(MAC)).map(row::get)
                        .filter(field -> field != null).toArray();
                if (verified) {
                    before.check((byte[]) row.get(MAC), table, fields);
                }
                List<Object> arguments = new ArrayList<>();
                arguments.add(after.mac(table, fields));
                key.forEach(column -> arguments.add(row.get(column)));
                handle.execute(update, arguments.toArray());
            }
            return rows.size();
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private static Map<String, Object> row(ResultSet from, List<String> columns) throws SQLException {
        Map<String, Object> row = new TreeMap<>();
        for (String column : columns) {
            Object value = from.getObject(column);
            if (value != null) {
                row.put(column, value instanceof Number number ? (Object) number.longValue() : value);
            }
        }
        return row;
    }

    private static RefusedException unreadable(SQLException e) {
        return new RefusedException(ErrorCode.PROXY_FAILED, "the store's tables cannot be read: " + e.getMessage());
    }
}
