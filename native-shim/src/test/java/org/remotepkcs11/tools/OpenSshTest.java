package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenSSH's client, agent and key tool, unmodified; judged by OpenSSH's server. */
@Tool(name = "OpenSSH", version = {"ssh", "-V"}, guide = "openssh")
class OpenSshTest {
    private final Desk desk;

    OpenSshTest(Desk desk) {
        this.desk = desk;
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void serverAcceptsTheCardsKey(SoftHsmKey key) throws IOException, GeneralSecurityException, InterruptedException {
        Workbench bench = Workbench.of(desk, key);
        bench.shell("ssh-keygen -D \"$RPKCS11_MODULE\" | grep \" $KEY\\$\" > authorized_keys");
        try (SshServer server = SshServer.start(bench)) {
            bench.set("SERVER", server.destination());
            Guide.named("openssh").followedOn(bench);
            assertThat(server.log().split("Accepted publickey for")).as(server.log()).hasSize(3);
        }
    }
}
