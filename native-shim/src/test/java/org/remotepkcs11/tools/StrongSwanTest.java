package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** strongSwan's pki, unmodified; judged by OpenSSL. */
@Tool(name = "strongSwan: pki", version = {"dpkg-query", "-W", "-f=${Version}", "strongswan-pki"}, guide = "strongswan")
class StrongSwanTest {
    private final Desk desk;

    StrongSwanTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void certificatesAndRequestsAreSigned(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("strongswan").followedOn(Workbench.of(desk, key));
    }
}
