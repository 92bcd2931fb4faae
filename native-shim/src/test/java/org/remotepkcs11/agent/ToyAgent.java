package org.remotepkcs11.agent;

/** An agent with toy tokens as a process of its own, for modules to start. */
final class ToyAgent {
    private ToyAgent() {
    }

    public static void main(String[] args) throws Exception {
        AgentProgram.logInLines();
        AgentProgram.run(AgentOptions.of(System.getenv()), host -> new ToyToken());
    }
}
