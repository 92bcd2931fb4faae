package org.remotepkcs11.testkit.piv;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code -Dchaos.signatures=10000} for a longer one. */
class CardChaosTest {
    private static final int SIGNATURES = Integer.getInteger("chaos.signatures", 200);

    @Test
    void everyRequestIsSignedOrClearlyRefusedAndRecordedWhileCardsAndDaemonComeAndGo() throws Exception {
        try (CardChaos chaos = CardChaos.open()) {
            CardChaos.Report report = chaos.run(SIGNATURES);
            assertThat(report.others()).isEmpty();
            assertThat(report.signatures()).isEqualTo(SIGNATURES);
            assertThat(report.done()).isEqualTo(SIGNATURES);
            assertThat(report.intents()).isEqualTo(report.requests());
            assertThat(report.done() + report.refused()).isEqualTo(report.requests());
            assertThat(chaos.isHealthy(Duration.ofMinutes(2))).isTrue();
        }
    }
}
