package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** p11-kit's proxy module, its remote program, its server and its client module, unmodified; judged by OpenSSL. */
@Tool(name = "p11-kit: proxy, remote, server, client", version = {"dpkg-query", "-W", "-f=${Version}", "p11-kit"}, guide = "p11-kit")
class P11KitTest {
    private final Desk desk;

    P11KitTest(Desk desk) {
        this.desk = desk;
    }

    /** p11-kit reads no user's configuration for root: there the guide is followed under another name. */
    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void signatureIsMadeByWayOfEach(SoftHsmKey key) throws IOException, GeneralSecurityException {
        Workbench bench = Workbench.of(desk, key);
        bench.program("guide", "set -euo pipefail\n" + Guide.named("p11-kit").script());
        Guide.named("p11-kit").assertToldBy(bench.shell("""
                case $(id -u) in
                0) unshare --user --map-user=1000 bash guide ;;
                *) bash guide ;;
                esac
                """));
    }
}
