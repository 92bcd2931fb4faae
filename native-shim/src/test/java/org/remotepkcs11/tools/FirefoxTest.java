package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Limits;

/**
 * Firefox, unmodified, on a screen in memory; the JDK's HTTPS server lets it in. It chooses by itself among the
 * certificates that fit, so each user here may use one key alone.
 */
@Tool(name = "Firefox", version = {"dpkg-query", "-W", "firefox-esr"}, guide = "firefox")
class FirefoxTest {
    private static final String PIN = "5190-virtual";

    private final Desk desk;

    FirefoxTest(Desk desk) {
        this.desk = desk;
    }

    private TestUser userOf(SoftHsmKey key) throws Exception {
        TestUser user = desk.proxy().enroll("firefox " + key.label(), UserKey.P_256);
        desk.proxy().owner().delegate(desk.proxy().card(Desk.TOKEN), user.name(), new Limits(Optional.empty(), Optional.empty(),
                0, Set.of(Fingerprint.of(desk.publicKey(key))), Set.of(), Set.of(), Set.of()), PIN);
        return user;
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "P_256"})
    void siteLetsInWhoLogsInAsTheGuideSays(SoftHsmKey key) throws Exception {
        try (LoginPage page = LoginPage.of(desk.token().authority())) {
            Guide.named("firefox").followedOn(Workbench.of(desk, key).set("PORT", page.port()).set("RPKCS11_PIN", PIN)
                    .set("RPKCS11_CONFIG", userOf(key).configuration().toString()));
            assertThat(page.guests()).containsExactly("CN=Olive Owner " + key.label());
        }
    }
}
