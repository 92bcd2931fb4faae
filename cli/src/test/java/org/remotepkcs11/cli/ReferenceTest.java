package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** docs/reference-cli.md says what the program itself says; {@code -Drpkcs11.write.reference} writes it anew. */
class ReferenceTest {
    private static final Path PAGE = Repository.file("docs/reference-cli.md");

    @Test
    void referenceOfTheCommandLineIsTrue() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Command line

                What `rpkcs11 COMMAND --help` prints, for every command. This page is written by a test.

                """);
        describe(Main.commandLine(), page);
        if (System.getProperty("rpkcs11.write.reference") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
    }

    private static void describe(CommandLine command, StringBuilder page) {
        command.setUsageHelpAutoWidth(false).setUsageHelpWidth(100);
        page.append("## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```text\n")
                .append(command.getUsageMessage(Ansi.OFF)).append("```\n\n");
        new LinkedHashSet<>(command.getSubcommands().values()).stream()
                .filter(sub -> !sub.getCommandName().equals("help")).forEach(sub -> describe(sub, page));
    }
}
