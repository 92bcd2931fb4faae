package org.remotepkcs11.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.ProxyState;

/** The benchmark makes rows by itself, so it has to be kept in step with the store. */
final class GrowthTest {
    private static final int DELEGATIONS = 3;

    @Test
    void theGrownProxyBelievesEachRowThatWasAdded() throws Exception {
        try (TestProxy proxy = TestProxy.start()) {
            proxy.server().close();
            new GrownStore(proxy.folder().resolve("proxy")).grow(proxy.server().home().proxy(), 100, DELEGATIONS);
            proxy.restart();
            ProxyState state = proxy.owner().state();
            assertThat(state.users()).extracting(ProxyState.UserState::name).contains("person 0", "person 1", "person 2");
            assertThat(state.delegations()).hasSizeGreaterThan(DELEGATIONS);
            assertThat(proxy.server().log().size()).isGreaterThanOrEqualTo(100);
        }
    }

    @Test
    void theBenchmarkRunsToItsEnd() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Growth(100, DELEGATIONS, Duration.ofMillis(20), new PrintStream(out, true, StandardCharsets.UTF_8)).run();
        assertThat(List.of(out.toString(StandardCharsets.UTF_8).split("\n")))
                .anyMatch(line -> line.startsWith("| 1 |")).anyMatch(line -> line.startsWith("| 8 |"))
                .anyMatch(line -> line.startsWith("proofs over "));
    }
}
