package org.remotepkcs11.proxy.cards.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;

class SupervisorTest {
    @Test
    void processIsStartedAgainAlsoWhereWhoHearsOfItsEndFails() throws InterruptedException {
        ModuleMessage.Begin begin = new ModuleMessage.Begin(Pkcs11Settings.of("none", Path.of("/nowhere/none.so")),
                ModuleMessage.Duty.SCOUT, Optional.empty());
        CountDownLatch ends = new CountDownLatch(2);
        try (Supervisor supervisor = new Supervisor(new ModuleProcess.Order("module none", ModuleEnvironment.with(Map.of()), begin),
                Duration.ofSeconds(10), news -> { }, () -> {
                    ends.countDown();
                    throw new IllegalStateException("a defect");
                })) {
            assertThat(ends.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
