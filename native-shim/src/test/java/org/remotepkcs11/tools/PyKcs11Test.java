package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** Python's PyKCS11, unmodified; judged by OpenSSL. */
@Tool(name = "PyKCS11", version = {"dpkg-query", "-W", "-f=${Version}", "python3-pykcs11"}, guide = "pykcs11")
class PyKcs11Test {
    private final Desk desk;

    PyKcs11Test(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void signatureIsVerifiedByTheModuleAndByOpenSsl(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("pykcs11").followedOn(Workbench.of(desk, key));
    }
}
