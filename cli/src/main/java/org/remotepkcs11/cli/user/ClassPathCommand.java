package org.remotepkcs11.cli.user;

import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "classpath", description = "Print the class path of the JCA provider, for jarsigner, keytool and Java "
        + "programs.")
public final class ClassPathCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        String classPath = System.getProperty("rpkcs11.client.classpath", "");
        if (classPath.isEmpty()) {
            throw new CommandFailure("the provider's class path is not known",
                    "start the program by its script, rpkcs11");
        }
        spec.commandLine().getOut().println(classPath);
        return 0;
    }
}
