package org.remotepkcs11.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of {@code docs/tools.md}, sorted by name: the end of the page. */
final class ToolTable {
    static final Path PAGE = Path.of("..", "docs", "tools.md");
    private static final Pattern ROW = Pattern.compile(
            "\\| (?:\\[([^|\\]]+)]\\(guides/([\\w-]+)\\.md\\)|([^|\\[]+)) \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\|");
    private static final String HEAD = "|---|---|---|---|---|";

    private ToolTable() {
    }

    /**
     * A row.
     *
     * @param guide  page in {@code docs/guides}; empty: none
     * @param used   what the proxy's log says was done with which key
     * @param proved names of the tests
     * @param result how many tests passed
     */
    record Row(String name, String guide, String version, String used, String proved, String result) {
        Row withVersion(String other) {
            return new Row(name, guide, other, used, proved, result);
        }

        @Override
        public String toString() {
            String first = guide.isEmpty() ? name : "[" + name + "](guides/" + guide + ".md)";
            return "| " + String.join(" | ", first, version, used, proved, result) + " |";
        }
    }

    static List<Row> rows() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        return lines.subList(lines.indexOf(HEAD) + 1, lines.size()).stream().map(ROW::matcher)
                .filter(Matcher::matches).map(ToolTable::row).toList();
    }

    private static Row row(Matcher cells) {
        boolean plain = cells.group(1) == null;
        return new Row(plain ? cells.group(3) : cells.group(1), plain ? "" : cells.group(2), cells.group(4),
                cells.group(5), cells.group(6), cells.group(7));
    }

    /** @throws IOException if there is none */
    static Row rowOf(String name) throws IOException {
        return rows().stream().filter(row -> row.name().equals(name)).findAny()
                .orElseThrow(() -> new IOException(PAGE + " has no row " + name));
    }

    /** In the place of the one with its name. */
    static void write(Row row) throws IOException {
        List<Row> all = new ArrayList<>(rows());
        all.removeIf(other -> other.name().equals(row.name()));
        all.add(row);
        all.sort(Comparator.comparing(Row::name, String.CASE_INSENSITIVE_ORDER));
        List<String> lines = Files.readAllLines(PAGE);
        List<String> page = new ArrayList<>(lines.subList(0, lines.indexOf(HEAD) + 1));
        all.forEach(each -> page.add(each.toString()));
        Files.write(PAGE, page);
    }
}
