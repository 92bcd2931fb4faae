package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** jsign by the JDK's SunPKCS11, unmodified; judged by osslsigncode without the card. */
@Tool(name = "jsign", jar = "jsign", guide = "jsign")
class JsignTest {
    private final Desk desk;

    JsignTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void programForWindowsIsSigned(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("jsign").followedOn(AuthenticodeBench.of(desk, key)
                .set("JSIGN", ClassPath.jar("jsign").toString()));
    }
}
