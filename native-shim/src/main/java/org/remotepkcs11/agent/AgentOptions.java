package org.remotepkcs11.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How an agent runs.
 *
 * @param socket       absolute; its folder is made if it is not there
 * @param idle         how long after the last application it ends
 * @param p11KitSocket where stock {@code p11-kit-client.so} is answered, for ever; empty: nowhere
 */
public record AgentOptions(Path socket, Duration idle, Optional<Path> p11KitSocket) {
    private static final Duration DEFAULT_IDLE = Duration.ofMinutes(30);

    /**
     * As the environment says: {@code RPKCS11_SOCKET}, {@code RPKCS11_IDLE} in seconds. The socket's place is found as
     * the module finds it, see {@code SOCKET.md}.
     *
     * @throws IllegalArgumentException for an idle time that is no number
     */
    public static AgentOptions of(Map<String, String> environment) {
        Duration idle = Optional.ofNullable(environment.get("RPKCS11_IDLE")).map(Long::parseLong)
                .map(Duration::ofSeconds).orElse(DEFAULT_IDLE);
        return new AgentOptions(SocketFolder.defaultSocket(environment), idle, Optional.empty());
    }

    public AgentOptions withSocket(Path other) {
        return new AgentOptions(other, idle, p11KitSocket);
    }

    public AgentOptions withIdle(Duration other) {
        return new AgentOptions(socket, other, p11KitSocket);
    }

    public AgentOptions withP11KitSocket(Path other) {
        return new AgentOptions(socket, idle, Optional.of(other));
    }
}
