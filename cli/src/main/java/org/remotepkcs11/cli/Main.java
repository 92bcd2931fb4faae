package org.remotepkcs11.cli;

import java.io.PrintWriter;
import org.remotepkcs11.cli.terminal.SecretOption;
import picocli.CommandLine;

/** The program {@code rpkcs11}. Ends with 0 if done, 1 if refused or failed, 2 if called wrongly. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Runs one command in this process; for tests and for programs that embed it. @return the exit code */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Rpkcs11());
        line.registerConverter(SecretOption.class, new SecretOption.Converter());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler(new Failures());
        line.setParameterExceptionHandler(Failures::usage);
        return line;
    }
}
