package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** osslsigncode, unmodified; verified by itself without the card. */
@Tool(name = "osslsigncode", version = {"osslsigncode", "--version"}, guide = "osslsigncode")
class OsslSignCodeTest {
    private final Desk desk;

    OsslSignCodeTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void programForWindowsIsSigned(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("osslsigncode").followedOn(AuthenticodeBench.of(desk, key));
    }
}
