package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.Foreground;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "sandbox", description = "Run a proxy with one card, an owner and a user, for those who test "
        + "their own tools. Writes DIR/env for a shell to source, prints 'ready', runs until SIGTERM or SIGINT.")
public final class SandboxCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", required = true, paramLabel = "DIR",
            description = "Where everything is put; may be used again.")
    private Path directory;

    @Option(names = "--module", paramLabel = "LIB",
            description = "A PKCS #11 module with the token to use; a software card if absent.")
    private Path module;

    @Option(names = "--token", paramLabel = "LABEL", description = "The token, if the module has several.")
    private String token;

    @Option(names = "--pin-file", paramLabel = "FILE", description = "The token's pin is its first line.")
    private Path pinFile;

    @Option(names = "--virtual-pin", paramLabel = "V", description = "The user's virtual pin; a random one if absent. "
            + "For tests: other users of this machine can read command lines.")
    private String virtualPin;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException, GeneralSecurityException,
            InterruptedException {
        if (module != null && pinFile == null) {
            throw new CommandFailure("the token's pin is missing", "give a file that holds it by --pin-file");
        }
        Sandbox sandbox = new Sandbox(StageFolder.of(directory), new Sandbox.Token(module, token, pinFile), virtualPin);
        Stage stage = sandbox.open();
        PrintWriter out = spec.commandLine().getOut();
        out.println("ready");
        out.flush();
        Foreground.serve(stage::close);
        return 0;
    }
}
