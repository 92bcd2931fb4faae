package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.cli.terminal.CommandFailure;

/** The JDK's own jarsigner, unmodified, as a process of its own. */
final class Jarsigner {
    private static final long TIMEOUT_SECONDS = 120;

    private final Path program;
    private final String classPath;

    private Jarsigner(Path program, String classPath) {
        this.program = program;
        this.classPath = classPath;
    }

    /** Of the JDK that runs this program. @param classPath of the provider */
    static Jarsigner of(String classPath) throws CommandFailure {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path program = bin.resolve(Files.exists(bin.resolve("jarsigner.exe")) ? "jarsigner.exe" : "jarsigner");
        if (!Files.isExecutable(program)) {
            throw new CommandFailure("there is no jarsigner in " + bin, "use a JDK, not a JRE: set JAVA_HOME");
        }
        return new Jarsigner(program, classPath);
    }

    /** The arguments that sign with a remote key; the virtual PIN comes from RPKCS11_PIN. */
    List<String> signing(Path configuration, Path signed, Path unsigned, String alias) {
        return List.of("-J-cp", "-J" + classPath, "-addprovider", "RemotePKCS11", "-providerArg",
                configuration.toString(), "-keystore", "NONE", "-storetype", "RemotePKCS11",
                "-storepass:env", "RPKCS11_PIN", "-signedjar", signed.toString(), unsigned.toString(), alias);
    }

    /** @return what it printed */
    String run(List<String> arguments, Map<String, String> environment)
            throws CommandFailure, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        if (!ended || process.exitValue() != 0) {
            throw new CommandFailure("jarsigner " + (ended ? "ended with " + process.exitValue() : "did not end")
                    + ": " + output.strip(), "rpkcs11 last-error tells more, if the proxy refused something");
        }
        return output;
    }
}
