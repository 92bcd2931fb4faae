package org.remotepkcs11.agent;

import java.io.IOException;
import org.remotepkcs11.pkcs11.RemoteApplications;

/** The agent as {@code librpkcs11.so} starts it: what it needs to know comes by the environment. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        AgentProgram.logInLines();
        try (RemoteApplications applications = new RemoteApplications()) {
            AgentProgram.run(AgentOptions.of(System.getenv()), applications);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("rpkcs11 agent: " + e.getMessage());
        }
    }
}
