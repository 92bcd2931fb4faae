package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenSSL through pkcs11-provider, unmodified; judged by OpenSSL without the provider. */
@Tool(name = "OpenSSL 3 by pkcs11-provider", version = {"dpkg-query", "-W", "-f=${Version}", "pkcs11-provider"}, guide = "openssl-provider")
class OpenSslProviderTest {
    private final Desk desk;

    OpenSslProviderTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void filesMessagesRequestsAndHandshakesAreSigned(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("openssl-provider").followedOn(Workbench.of(desk, key));
    }
}
