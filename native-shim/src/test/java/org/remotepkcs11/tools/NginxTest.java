package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** nginx with its key on the card, unmodified: the master loads the module, forked workers sign; judged by curl. */
@Tool(name = "nginx", version = {"nginx", "-v"}, guide = "nginx")
class NginxTest {
    private final Desk desk;

    NginxTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void forkedWorkersSignHandshakes(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Guide.named("nginx").followedOn(Workbench.of(desk, key));
    }
}
