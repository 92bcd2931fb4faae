package org.remotepkcs11.pkcs11.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the lines of {@code pkcs11.table}. The file explains its own form. */
final class TableParser {
    private static final String RESOURCE = "pkcs11.table";

    final Map<String, Function> functions = new LinkedHashMap<>();
    final Map<String, Structure> structures = new LinkedHashMap<>();
    final Map<String, Structure> parameters = new LinkedHashMap<>();
    final Map<String, Structure> messages = new LinkedHashMap<>();
    final Map<Long, Structure> mechanisms = new LinkedHashMap<>();

    static FunctionTable standard() {
        try (InputStream in = TableParser.class.getResourceAsStream(RESOURCE);
             BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return parse(lines.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    /** @throws IllegalArgumentException for a line of no known form */
    static FunctionTable parse(List<String> lines) {
        TableParser parser = new TableParser();
        List<String[]> statements = lines.stream().map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty()).map(line -> line.split("\\s+")).toList();
        // Functions name structures that the file explains after them.
        statements.stream().filter(words -> !words[0].equals("function")).forEach(parser::define);
        statements.stream().filter(words -> words[0].equals("function")).forEach(parser::function);
        return new FunctionTable(parser);
    }

    private void define(String[] words) {
        switch (words[0]) {
            case "structure" -> structures.put(words[1], structure(words));
            case "parameter" -> parameters.put(words[1], structure(words));
            case "message" -> messages.put(words[1], structure(words));
            case "mechanism" -> mechanisms.put(Long.decode(words[1]), known(parameters, words[2]));
            default -> throw new IllegalArgumentException("unknown line: " + String.join(" ", words));
        }
    }

    private void function(String[] words) {
        int id = Integer.parseInt(words[1]);
        if (id != functions.size()) {
            throw new IllegalArgumentException(words[2] + " is number " + functions.size() + ", not " + id);
        }
        List<Argument> arguments = new ArrayList<>();
        for (String word : Arrays.asList(words).subList(5, words.length)) {
            arguments.add(argument(word));
        }
        Function.Where where = Function.Where.valueOf(words[4].toUpperCase(Locale.ROOT));
        functions.put(words[2], new Function(id, words[2], words[3], where, arguments));
    }

    private Argument argument(String word) {
        String[] parts = split(word);
        Kind kind = Kind.ofWord(parts[1]);
        Optional<Structure> structure = kind == Kind.OUT_STRUCTURE
                ? Optional.of(known(structures, parts[1].substring(1))) : Optional.empty();
        return new Argument(parts[0], kind, structure);
    }

    private static Structure structure(String[] words) {
        List<Structure.Field> fields = new ArrayList<>();
        for (String word : Arrays.asList(words).subList(2, words.length)) {
            String[] parts = split(word);
            String digits = parts[1].replaceFirst("[a-z]+", "");
            String kind = parts[1].substring(0, parts[1].length() - digits.length());
            fields.add(new Structure.Field(parts[0], Structure.FieldKind.valueOf(kind.toUpperCase(Locale.ROOT)),
                    digits.isEmpty() ? 0 : Integer.parseInt(digits)));
        }
        return new Structure(words[1], fields);
    }

    private static String[] split(String word) {
        String[] parts = word.split(":");
        if (parts.length != 2) {
            throw new IllegalArgumentException("not name:kind: " + word);
        }
        return parts;
    }

    private static Structure known(Map<String, Structure> all, String name) {
        Structure structure = all.get(name);
        if (structure == null) {
            throw new IllegalArgumentException("unknown structure " + name);
        }
        return structure;
    }
}
