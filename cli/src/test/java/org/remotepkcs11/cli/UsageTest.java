package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class UsageTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void unknownCommandEndsWithTwoAndAHint() {
        assertThat(run("sing")).isEqualTo(2);
        assertThat(err.toString()).startsWith("rpkcs11: ").contains("hint: ").doesNotContain("Exception");
    }

    @Test
    void missingCommandEndsWithTwo() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("card")).isEqualTo(2);
    }

    @Test
    void pinOnTheCommandLineIsRefusedAndNotRepeated() {
        assertThat(run("pin", "change", "--pin", "8472")).isEqualTo(2);
        assertThat(err.toString()).contains("does not stand in the command line").doesNotContain("8472");
    }

    @Test
    void missingConfigurationEndsWithOneAndNamesWhatToDo() {
        assertThat(run("status", "--config", "/nowhere/client.properties")).isEqualTo(1);
        assertThat(err.toString()).contains("/nowhere/client.properties").contains("hint: ")
                .doesNotContain("\tat ");
    }

    @Test
    void whatAProxysOperatorDidWrongIsNotForDoctor() {
        assertThat(run("proxy", "serve", "/nowhere")).isEqualTo(1);
        assertThat(err.toString()).contains("/nowhere", "hint: docs/operations.md").doesNotContain("doctor");
    }

    @Test
    void debugShowsTheStackTrace() {
        run("status", "--debug", "--config", "/nowhere/client.properties");
        assertThat(err.toString()).contains("\tat org.remotepkcs11");
    }

    @Test
    void everyCommandSaysWhatItIsFor() {
        assertThat(Main.commandLine().getSubcommands().values())
                .allSatisfy(command -> assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty());
    }

    @Test
    void versionNamesTheProgramAndItsJava() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("(?s)rpkcs11 \\d.*Java \\d+.*");
    }

    @Test
    void usageFitsATerminal() {
        String usage = Main.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
        assertThat(usage.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
}
