package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** stunnel with its key on the card, unmodified; judged by OpenSSL without the card. */
@Tool(name = "stunnel", version = {"dpkg-query", "-W", "-f=${Version}", "stunnel4"}, guide = "stunnel")
class StunnelTest {
    private final Desk desk;

    StunnelTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void serverAuthenticatesInTls(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("stunnel").followedOn(Workbench.of(desk, key));
    }
}
