package org.remotepkcs11.cli.text;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text under headings, in columns as wide as their widest cell. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** @param cells as many as there are headings */
    public Table row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    /** Prints nothing but {@code otherwise} if no row was added. */
    public void print(PrintWriter out, String otherwise) {
        if (rows.size() == 1) {
            out.println(otherwise);
            return;
        }
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> widen(widths, row));
        rows.forEach(row -> out.println(line(widths, row)));
    }

    private static void widen(int[] widths, List<String> row) {
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Math.max(widths[column], row.get(column).length());
        }
    }

    private static String line(int[] widths, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(row.get(column)).append(" ".repeat(widths[column] - row.get(column).length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
