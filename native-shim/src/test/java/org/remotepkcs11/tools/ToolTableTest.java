package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each row of the table is made by one class of tests, see {@link ToolRow}, and has its guide. */
class ToolTableTest {
    private static List<Tool> tools() throws IOException {
        Path sources = Path.of("src/test/java/org/remotepkcs11/tools");
        try (Stream<Path> files = Files.list(sources)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith("Test.java"))
                    .map(name -> named(name.replace(".java", "")).getAnnotation(Tool.class))
                    .filter(Objects::nonNull).toList();
        }
    }

    private static Class<?> named(String simple) {
        try {
            return Class.forName(ToolTableTest.class.getPackageName() + "." + simple);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("not compiled: " + simple, e);
        }
    }

    @Test
    void rowsAreThoseOfTheToolsThatAreTested() throws IOException {
        assertThat(ToolTable.rows()).extracting(ToolTable.Row::name)
                .containsExactlyInAnyOrderElementsOf(tools().stream().map(Tool::name).toList());
    }
}
