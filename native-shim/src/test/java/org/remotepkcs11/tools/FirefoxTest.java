package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.remotepkcs11.testkit.SoftHsmKey;

/**
 * Firefox, unmodified, on a screen in memory; the JDK's HTTPS server lets it in. It has no row in the table of tools, as
 * each time it chooses another of the certificates that fit.
 */
@ExtendWith(DeskParameter.class)
class FirefoxTest {
    private final Desk desk;

    FirefoxTest(Desk desk) {
        this.desk = desk;
    }

    @Test
    void siteLetsInWhoLogsInAsTheGuideSays() throws Exception {
        try (LoginPage page = LoginPage.of(desk.token().authority())) {
            Guide.named("firefox").followedOn(Workbench.of(desk, SoftHsmKey.RSA_2048).set("PORT", page.port()));
            assertThat(page.guests()).singleElement().asString().startsWith("CN=Olive Owner ");
        }
    }
}
