package org.remotepkcs11.agent;

import java.io.IOException;
import java.util.Optional;
import org.remotepkcs11.pkcs11.ApplicationFactory;

/** The agent as a process: what it says to whoever started it, and how it ends. */
public final class AgentProgram {
    private static final String LINE = "java.util.logging.SimpleFormatter.format";

    private AgentProgram() {
    }

    /** One readable line for each thing logged, unless whoever started us wants it otherwise. */
    public static void logInLines() {
        if (System.getProperty(LINE) == null) {
            System.setProperty(LINE, "%1$tFT%1$tT%1$tz %4$s %5$s%6$s%n");
        }
    }

    /**
     * Runs until the agent ends, or returns at once if one runs already. Says {@code ready} on standard output and
     * closes it: the module that started us waits for that.
     *
     * @throws IOException if the socket's folder cannot be trusted, or the system refuses
     */
    public static void run(AgentOptions options, ApplicationFactory factory) throws IOException, InterruptedException {
        Optional<Agent> agent = Agent.start(options, factory);
        System.out.println("ready");
        System.out.close();
        if (agent.isPresent()) {
            Runtime.getRuntime().addShutdownHook(new Thread(agent.get()::close, "rpkcs11-agent-end"));
            agent.get().awaitEnd();
        }
    }
}
