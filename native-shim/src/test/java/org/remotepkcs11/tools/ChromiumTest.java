package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** Chromium, unmodified, on a screen in memory; the JDK's HTTPS server lets it in. */
@Tool(name = "Chromium", version = {"dpkg-query", "-W", "chromium"}, guide = "chromium")
class ChromiumTest {
    private final Desk desk;

    ChromiumTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "P_256"})
    void siteLetsInWhoLogsInAsTheGuideSays(SoftHsmKey key) throws Exception {
        try (LoginPage page = LoginPage.of(desk.token().authority())) {
            Guide.named("chromium").followedOn(Workbench.of(desk, key).set("PORT", page.port()));
            assertThat(page.guests()).containsExactly("CN=Olive Owner " + key.label());
        }
    }
}
