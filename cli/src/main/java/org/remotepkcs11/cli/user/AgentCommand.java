package org.remotepkcs11.cli.user;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.remotepkcs11.agent.AgentOptions;
import org.remotepkcs11.agent.AgentProgram;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.pkcs11.RemoteApplications;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "agent", description = "Serve native programs that load librpkcs11.so. The module starts the agent by "
        + "itself; run it by hand, or by systemd, to watch it or to choose where it listens.")
public final class AgentCommand implements Callable<Integer> {
    @Option(names = "--socket", paramLabel = "PATH", description = "Where the module finds it; as the module's own "
            + "choice if absent: $RPKCS11_SOCKET, else rpkcs11/agent.sock below $XDG_RUNTIME_DIR.")
    private Path socket;

    @Option(names = "--idle", paramLabel = "SECONDS",
            description = "End so long after the last program ended; 1800 if absent.")
    private Long idle;

    @Option(names = "--p11-kit-socket", paramLabel = "PATH", description = "Answer p11-kit-client.so here too, and "
            + "never end by itself: in a container, set P11_KIT_SERVER_ADDRESS=unix:path=PATH.")
    private Path p11KitSocket;

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        AgentProgram.logInLines();
        AgentOptions options = AgentOptions.of(System.getenv());
        options = socket == null ? options : options.withSocket(socket.toAbsolutePath());
        options = p11KitSocket == null ? options : options.withP11KitSocket(p11KitSocket.toAbsolutePath());
        options = idle == null ? options : options.withIdle(Duration.ofSeconds(idle));
        try (RemoteApplications applications = new RemoteApplications()) {
            AgentProgram.run(options, applications);
            return 0;
        } catch (IOException e) {
            throw new CommandFailure("the agent cannot listen: " + e.getMessage(), "choose another place by --socket");
        }
    }
}
