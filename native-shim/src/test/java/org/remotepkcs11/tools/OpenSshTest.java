package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenSSH's client, agent and key tool, unmodified; judged by OpenSSH's server. */
@Tool(name = "OpenSSH: ssh, ssh-agent, ssh-keygen", version = {"ssh", "-V"}, guide = "openssh")
class OpenSshTest {
    private final Desk desk;

    OpenSshTest(Desk desk) {
        this.desk = desk;
    }

    private static Background server(Workbench bench) throws IOException {
        bench.shell("""
                [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
                ssh-keygen -q -t ed25519 -N '' -f host_key
                ssh-keygen -D "$RPKCS11_MODULE" | grep " $KEY\\$" > authorized_keys
                cat > sshd_config <<END
                ListenAddress 127.0.0.1:$PORT
                HostKey $PWD/host_key
                AuthorizedKeysFile $PWD/authorized_keys
                AuthenticationMethods publickey
                PermitRootLogin yes
                StrictModes no
                UsePAM no
                PidFile none
                END
                """);
        Background server = bench.start("sshd.log", "/usr/sbin/sshd", "-D", "-e", "-f",
                bench.file("sshd_config").toString());
        bench.shell("until (: < /dev/tcp/127.0.0.1/$PORT) 2>/dev/null; do kill -0 " + server.pid()
                + "; sleep 0.05; done");
        return server;
    }

    private static String destination(Workbench bench) throws IOException {
        return "-p " + bench.variable("PORT") + " -F none -o UserKnownHostsFile=" + bench.file("known_hosts")
                + " -o StrictHostKeyChecking=accept-new " + Command.of("id", "-un").run().strip() + "@127.0.0.1";
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void serverLetsInWhoHasTheCard(SoftHsmKey key) throws IOException, GeneralSecurityException, InterruptedException {
        Workbench bench = Workbench.of(desk, key);
        try (Background server = server(bench)) {
            Guide.named("openssh").followedOn(bench.set("SERVER", destination(bench)));
            assertThat(server.log().split("Accepted publickey for")).as(server.log()).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void exampleRuns(SoftHsmKey key) throws IOException, GeneralSecurityException, InterruptedException {
        Workbench bench = Workbench.of(desk, key);
        try (Background server = server(bench)) {
            bench.set("SERVER", destination(bench)).example("ssh.sh " + key.label() + " $SERVER true");
            assertThat(server.log()).contains("Accepted publickey for");
        }
    }
}
