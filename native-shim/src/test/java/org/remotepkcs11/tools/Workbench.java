package org.remotepkcs11.tools;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.TestAuthority;

/**
 * A folder with the files that the guides speak of, and the environment that a sandbox gives, for one key of the card:
 * {@code letter.txt}; {@code card.pem}, {@code card.pub}, the key's certificate and public key; {@code server.pem}, a
 * certificate of the same key for a TLS server; {@code authority.pem} above both; {@code peer.pem}, {@code peer.key},
 * a TLS server without a card.
 */
final class Workbench {
    private static final String SAY_PIN = "#!/bin/sh\nprintf '%s\\n' \"$RPKCS11_PIN\"\n";
    private static final String FINISH = "trap 'status=$?; set +e; kill $(jobs -p) 2>/dev/null; wait; exit $status' EXIT\n";

    private final Desk desk;
    private final Path folder;
    private final Map<String, String> variables = new HashMap<>();

    private Workbench(Desk desk, Path folder) {
        this.desk = desk;
        this.folder = folder;
    }

    static Workbench of(Desk desk, SoftHsmKey key) throws IOException, GeneralSecurityException {
        Workbench bench = new Workbench(desk, Files.createTempDirectory(desk.file(""), key.label()));
        bench.set("KEY", key.label()).set("KEY_ID", key.hexId()).set("HOME", bench.folder.toString())
                .set("RPKCS11_MODULE", desk.module().toString()).set("RPKCS11_TOKEN", Desk.TOKEN)
                .set("RPKCS11_PIN", desk.pin()).set("SSH_ASKPASS", bench.program("askpass", SAY_PIN).toString())
                .set("SSH_ASKPASS_REQUIRE", "force").set("PORT", freePort())
                .set("PATH", "/usr/sbin:/usr/bin:/sbin:/bin:" + Path.of(System.getProperty("java.home"), "bin"));
        Files.writeString(bench.file("letter.txt"), "Dear Sir or Madam\n");
        bench.certify(desk.token().authority(), key);
        return bench;
    }

    private void certify(TestAuthority authority, SoftHsmKey key) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair peer = generator.generateKeyPair();
        pem("authority.pem", "CERTIFICATE", authority.certificate().getEncoded());
        pem("card.pem", "CERTIFICATE", desk.token().certificate(key).getEncoded());
        PublicKey onCard = desk.token().certificate(key).getPublicKey();
        pem("card.pub", "PUBLIC KEY", onCard.getEncoded());
        pem("server.pem", "CERTIFICATE", authority.issueServer("localhost", onCard).getEncoded());
        pem("peer.pem", "CERTIFICATE", authority.issueServer("localhost", peer.getPublic()).getEncoded());
        pem("peer.key", "PRIVATE KEY", peer.getPrivate().getEncoded());
    }

    private void pem(String name, String type, byte[] der) throws IOException {
        Files.writeString(file(name), "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END " + type + "-----\n");
    }

    static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** An executable file. */
    Path program(String name, String text) throws IOException {
        return Files.setPosixFilePermissions(Files.writeString(file(name), text),
                PosixFilePermissions.fromString("rwx------"));
    }

    /** An environment variable more. */
    Workbench set(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Starts a server, which writes into this file of the folder. */
    Background start(String log, String... words) throws IOException {
        return Background.start(desk.command(words).alsoInEnvironment(variables), folder, file(log));
    }

    String variable(String name) {
        return variables.get(name);
    }

    /** Runs a script of {@code examples/}. @return what it printed */
    String example(String command) throws IOException {
        return shell(Path.of("..", "examples").toAbsolutePath().normalize() + "/" + command);
    }

    /** Runs a script of bash in the folder, to its end or its first error. @return what it printed */
    String shell(String script) throws IOException {
        return desk.command("bash", "-euo", "pipefail", "-c", FINISH + "cd \"$0\"\n" + script, folder.toString())
                .alsoInEnvironment(variables).run();
    }
}
