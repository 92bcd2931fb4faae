package org.remotepkcs11.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place where what went wrong becomes a message, a hint and an exit code. */
final class Failures implements IExecutionExceptionHandler {
    private static final String OPERATORS = "rpkcs11 proxy ";

    private record Explained(String message, String hint) {
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        Explained explained = explain(failure, command.getCommandSpec().qualifiedName());
        PrintWriter err = command.getErr();
        err.println("rpkcs11: " + explained.message());
        err.println("  hint: " + explained.hint());
        if (((Rpkcs11) command.getCommandSpec().root().userObject()).debug()) {
            failure.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    static int usage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("rpkcs11: " + decapitalised(wrong.getMessage()));
        err.println("  hint: " + suggestion(wrong).orElse(command.getCommandSpec().qualifiedName()
                + " --help lists what it takes"));
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static Optional<String> suggestion(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()) {
            return Optional.of("did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
        }
        return Optional.empty();
    }

    private static Explained explain(Exception failure, String command) {
        if (failure instanceof RefusedException refused) {
            return new Explained(refused.refusal().detail() + " (" + refused.code() + ")",
                    command.startsWith(OPERATORS) ? operatorsHint(refused.code()) : refused.code().hint());
        }
        if (failure instanceof CommandFailure known) {
            return new Explained(known.getMessage(), known.hint());
        }
        if (failure instanceof IOException io) {
            return explainFile(io, command);
        }
        return new Explained("an error in rpkcs11 itself: " + failure,
                "run the command again with --debug and report what it prints");
    }

    /** Codes' own hints are for who asks a proxy. */
    private static String operatorsHint(ErrorCode code) {
        return switch (code) {
            case CONFIGURATION_INVALID -> "docs/operations.md tells how a proxy is run, docs/reference-configuration.md what "
                    + "proxy.properties may say";
            case STATE_UNTRUSTED -> "restore a backup, or look at the rules after: rpkcs11 proxy rekey policy DIR --lost; "
                    + "see docs/operations.md";
            default -> code.hint();
        };
    }

    private static Explained explainFile(IOException failure, String command) {
        if (failure instanceof NoSuchFileException missing) {
            return new Explained("no such file: " + missing.getFile(), "check the path");
        }
        if (failure instanceof AccessDeniedException denied) {
            return new Explained("no permission for " + denied.getFile(), "run it as the user who owns that file");
        }
        if (failure instanceof FileAlreadyExistsException there) {
            return new Explained(there.getFile() + " is there already", "choose another place, or remove it first");
        }
        if (command.startsWith(OPERATORS) && !(failure instanceof FileSystemException)) {
            return new Explained(failure.getMessage(), "docs/operations.md tells what backups and keys need of each other");
        }
        return new Explained("input or output failed: " + failure.getMessage(), "is the disk full, the path right?");
    }

    private static String decapitalised(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
