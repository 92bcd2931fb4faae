package org.remotepkcs11.tools;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** Mozilla's NSS by its own tools, unmodified; OpenSSL verifies the message and is the TLS server. */
@Tool(name = "NSS: modutil, certutil, cmsutil, tstclnt", version = {"dpkg-query", "-W", "libnss3-tools"}, guide = "nss")
class NssTest {
    private final Desk desk;

    NssTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "P_256"})
    void messageIsSignedAndTlsServerLetsInAsTheGuideSays(SoftHsmKey key) throws Exception {
        Guide.named("nss").followedOn(Workbench.of(desk, key));
    }
}
