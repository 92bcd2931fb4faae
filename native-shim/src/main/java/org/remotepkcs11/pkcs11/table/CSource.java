package org.remotepkcs11.pkcs11.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the table as C: numbers, what the marshalling walks, and the functions that a host sees. */
final class CSource {
    private static final String NOTICE = "/* Written by the build from pkcs11.table. */\n";

    private final FunctionTable table;
    private final List<Structure> structures;

    CSource(FunctionTable table) {
        this.table = table;
        structures = new ArrayList<>(table.structures().values());
        structures.addAll(table.parameters().values());
        structures.addAll(table.messages());
    }

    /** @param args the folder to write to */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        CSource source = new CSource(FunctionTable.standard());
        Files.writeString(folder.resolve("ids.inc"), source.ids());
        Files.writeString(folder.resolve("table.inc"), source.table());
        Files.writeString(folder.resolve("exports.inc"), source.exports());
    }

    String ids() {
        return NOTICE + table.functions().stream().map(f -> "    ID_%s = %d".formatted(f, f.id()))
                .collect(Collectors.joining(",\n", "enum {\n", "\n};\n"));
    }

    String table() {
        List<String> arguments = new ArrayList<>();
        List<String> functions = new ArrayList<>();
        for (Function function : table.functions()) {
            functions.add("{\"%s\", WHERE_%s, %d, %d, %d, %d}".formatted(function, function.where(),
                    isOfSession(function) ? 1 : 0, words(function), function.arguments().size(), arguments.size()));
            function.arguments().forEach(argument -> arguments.add("{%s, %d, %d}".formatted(
                    constant(argument.kind()), argument.kind().parameters(),
                    argument.structure().map(structures::indexOf).orElse(0))));
        }
        return NOTICE + array("struct argument rp_arguments", arguments) + array("struct function rp_functions", functions)
                + structureArrays() + array("struct mechanism_parameter rp_parameters", mechanisms())
                + "const size_t rp_first_message = %d;\n".formatted(structures.indexOf(table.messages().get(0)))
                + "const size_t rp_message_count = %d;\n".formatted(table.messages().size());
    }

    private String structureArrays() {
        List<String> fields = new ArrayList<>();
        List<String> bounds = new ArrayList<>();
        for (Structure structure : structures) {
            bounds.add("{%d, %d}".formatted(fields.size(), structure.fields().size()));
            structure.fields().forEach(field -> fields.add("{FIELD_%s, %d}".formatted(field.kind(), field.size())));
        }
        return array("struct field rp_fields", fields) + array("struct structure rp_structures", bounds);
    }

    private List<String> mechanisms() {
        List<String> mechanisms = new ArrayList<>();
        for (Map.Entry<Long, Structure> entry : table.parametersByMechanism().entrySet()) {
            mechanisms.add("{0x%xU, %d}".formatted(entry.getKey(), structures.indexOf(entry.getValue())));
        }
        return mechanisms;
    }

    /** Functions that the C side answers alone are written by hand; of the others each parameter is one word. */
    String exports() {
        StringBuilder out = new StringBuilder(NOTICE);
        table.functions().stream().filter(function -> function.where() != Function.Where.MODULE)
                .forEach(function -> out.append(trampoline(function)));
        table.functions().stream().map(Function::since).distinct().forEach(since -> out.append(list(since)));
        return out.toString();
    }

    private static String trampoline(Function function) {
        List<String> parameters = new ArrayList<>();
        for (Argument argument : function.arguments()) {
            parameters.addAll(parameters(argument.kind(), parameters.size()));
        }
        String words = IntStream.range(0, parameters.size()).mapToObj(i -> "(uintptr_t)p" + i)
                .collect(Collectors.joining(", "));
        return """
                RP_EXPORT CK_RV %1$s(%2$s);
                RP_EXPORT CK_RV %1$s(%2$s) {
                    const uintptr_t words[] = {%3$s};
                    return rp_call(ID_%1$s, words);
                }
                """.formatted(function, String.join(", ", parameters), words);
    }

    private static List<String> parameters(Kind kind, int first) {
        List<String> types = switch (kind) {
            case ULONG -> List.of("CK_ULONG ");
            case BOOL -> List.of("CK_BBOOL ");
            case BYTES, PIN, OPTIONAL, TEMPLATE, QUERY, MESSAGE, OUT_FILL -> List.of("void *", "CK_ULONG ");
            case OUT_BYTES, OUT_OPTIONAL, OUT_ULONGS -> List.of("void *", "CK_ULONG *");
            case OUT_FOUND -> List.of("void *", "CK_ULONG ", "CK_ULONG *");
            default -> List.of("void *");
        };
        return IntStream.range(0, types.size()).mapToObj(i -> types.get(i) + "p" + (first + i)).toList();
    }

    /** A CK_FUNCTION_LIST: the version, then pointers in the table's order. */
    private String list(String since) {
        String[] version = since.split("\\.");
        List<String> pointers = table.functions().stream().filter(f -> f.since().compareTo(since) <= 0)
                .map(f -> "    (rp_function)" + f.name()).toList();
        return "static const struct {\n    CK_VERSION version;\n    rp_function functions[%d];\n} list_%s_%s = {{%s, %s}, {\n%s}};\n"
                .formatted(pointers.size(), version[0], version[1], version[0], version[1],
                        String.join(",\n", pointers));
    }

    private static boolean isOfSession(Function function) {
        return function.arguments().stream().findFirst().filter(a -> a.name().equals("session")).isPresent();
    }

    private static int words(Function function) {
        return function.arguments().stream().mapToInt(argument -> argument.kind().parameters()).sum();
    }

    private static String constant(Kind kind) {
        return kind == Kind.NULL ? "NULL_POINTER" : kind.name().toUpperCase(Locale.ROOT);
    }

    private static String array(String declaration, List<String> elements) {
        return "const %s[] = {\n    %s};\n".formatted(declaration, String.join(",\n    ", elements));
    }
}
