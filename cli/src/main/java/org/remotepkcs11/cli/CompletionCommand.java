package org.remotepkcs11.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "completion", description = "Print a script for bash and zsh by which the Tab key completes commands "
        + "and options; use it by: source <(rpkcs11 completion)")
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().println(AutoComplete.bash("rpkcs11", spec.root().commandLine()));
    }
}
