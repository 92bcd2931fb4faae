package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "demo", description = "Show all of it on this machine: a proxy with a software card, an owner, "
        + "a user, and a jar that the user signs with the JDK's jarsigner.")
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", defaultValue = "demo",
            description = "Where everything is put and stays; ${DEFAULT-VALUE} if absent.")
    private Path directory;

    @Override
    public Integer call() throws RefusedException, CommandFailure, IOException, GeneralSecurityException,
            InterruptedException {
        Jarsigner jarsigner = Jarsigner.of(System.getProperty("rpkcs11.client.classpath", ""));
        StageFolder folder = StageFolder.of(directory);
        folder.clear();
        PrintWriter out = spec.commandLine().getOut();
        new Demo(folder.path(), jarsigner, (what, text) -> {
            out.println(String.format("%-11s%s", what, text));
            out.flush();
        }).play();
        return 0;
    }
}
