package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Role;

/** An auditor far from the proxy. */
class AuditorTest {
    private final Console console = new Console();
    @TempDir
    private Path folder;
    private TestProxy proxy;
    private Path auditor;
    private Path log;

    @BeforeEach
    void enrollAnAuditor() throws Exception {
        proxy = TestProxy.start();
        String code = proxy.owner().invite("ada", Role.AUDITOR);
        console.succeed("enroll", "--proxy", proxy.url(), "--dir", folder.resolve("ada"), "--code", code);
        auditor = folder.resolve("ada").resolve("client.properties");
        log = folder.resolve("log.txt");
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private String fetch() {
        return console.succeed("audit", "fetch", log, "--config", auditor);
    }

    @Test
    void auditorFetchesAndVerifiesTheLogFromAnywhere() throws Exception {
        assertThat(fetch()).contains("the log is as it was written");
        assertThat(console.succeed("audit", "show", log)).contains("enrolled: ada as AUDITOR");
        assertThat(console.succeed("audit", "verify", log, "--config", auditor)).contains("the log is as it was written");
    }

    @Test
    void whatIsNewIsFetchedToWhatIsThere() throws Exception {
        fetch();
        long before = Files.lines(log).count();
        proxy.owner().state();
        assertThat(fetch()).contains("the log is as it was written");
        assertThat(Files.lines(log).count()).isGreaterThan(before);
        assertThat(console.succeed("audit", "show", "--last", "3", log)).contains("asked ListState");
    }

    @Test
    void fileThatWasChangedIsNoBeginningOfTheLog() throws Exception {
        fetch();
        String text = Files.readString(log, StandardCharsets.UTF_8);
        String first = text.lines().skip(1).findFirst().orElseThrow();
        String second = text.lines().skip(2).findFirst().orElseThrow();
        String changed = text.replace(first + "\n" + second, "0" + second.substring(1) + "\n1" + first.substring(1));
        Files.writeString(log, changed);
        assertThat(console.run("audit", "fetch", log, "--config", auditor)).isEqualTo(1);
        assertThat(console.out()).contains("the log is not as it was written");
        assertThat(log).hasContent(changed);
    }

    @Test
    void nobodyElseReadsTheLog() throws Exception {
        for (Path other : new Path[] {proxy.configuration(), proxy.ownerConfiguration()}) {
            assertThat(console.run("audit", "fetch", log, "--config", other)).isEqualTo(1);
            assertThat(console.err()).contains("the log is read by auditors");
        }
        assertThat(log).doesNotExist();
    }
}
