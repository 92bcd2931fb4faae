package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.testkit.SoftHsmKey;

/** OpenVPN with the client's key on the card, unmodified; judged by an OpenVPN server without a card. */
@Tool(name = "OpenVPN", version = {"dpkg-query", "-W", "-f=${Version}", "openvpn"}, guide = "openvpn")
class OpenVpnTest {
    private static final int PATIENCE = 60_000;

    private final Desk desk;

    OpenVpnTest(Desk desk) {
        this.desk = desk;
    }

    private static Background server(Workbench bench) throws IOException {
        return bench.start("server.log", "openvpn", "--dev", "null", "--tls-server", "--local", "127.0.0.1", "--port",
                bench.variable("PORT"), "--proto", "udp", "--ca", "authority.pem", "--cert", "peer.pem", "--key",
                "peer.key", "--dh", "none", "--remote-cert-tls", "client", "--verb", "3");
    }

    /** Says the PIN when it is asked for; returns when there is a connection. */
    private void attend(Socket management) throws IOException {
        management.setSoTimeout(PATIENCE);
        BufferedReader told = new BufferedReader(new InputStreamReader(management.getInputStream(), UTF_8));
        Writer say = new OutputStreamWriter(management.getOutputStream(), UTF_8);
        say.write("state on\n");
        say.flush();
        for (String line = told.readLine(); !line.contains("CONNECTED,SUCCESS"); line = told.readLine()) {
            if (line.startsWith(">PASSWORD:Need")) {
                say.write("password \"" + line.split("'")[1] + "\" " + desk.pin() + "\n");
                say.flush();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = SoftHsmKey.class, names = {"RSA_2048", "P_256"})
    void serverConnectsWhoHasTheCard(SoftHsmKey key)
            throws IOException, GeneralSecurityException, InterruptedException {
        Workbench bench = Workbench.of(desk, key);
        bench.shell(Guide.named("openvpn").script());
        try (ServerSocket front = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Background server = server(bench);
                Background client = bench.start("client.log", "openvpn", "--config", "client.conf", "--management",
                        "127.0.0.1", Integer.toString(front.getLocalPort()), "--management-client",
                        "--management-query-passwords")) {
            front.setSoTimeout(PATIENCE);
            try (Socket management = front.accept()) {
                attend(management);
            }
            assertThat(server.log()).contains("VERIFY OK: depth=0, CN=Olive Owner " + key.label());
            Guide.named("openvpn").assertToldBy(client.log());
        }
    }
}
