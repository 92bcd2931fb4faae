package org.remotepkcs11.examples;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.RefusedException;

/**
 * A folder with the files the guides speak of, a card on a SoftHSM2 token behind a proxy, and a web server that asks for
 * a client certificate.
 */
final class Desk implements AutoCloseable {
    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
    private static final String PASSWORD = "unused";

    private final Path folder;
    private final SoftHsmToken token;
    private final TestProxy proxy;
    private final HttpsServer page;

    Desk(Path folder) throws IOException, GeneralSecurityException, RefusedException {
        this(folder, Limits.NONE);
    }

    Desk(Path folder, Limits limits) throws IOException, GeneralSecurityException, RefusedException {
        this.folder = folder;
        this.token = SoftHsmToken.create("Examples", SoftHsmKey.RSA_2048, SoftHsmKey.P_256);
        this.proxy = TestProxy.builder().token(token).limits(limits).start();
        this.page = serve();
        layOut();
    }

    private void layOut() throws IOException {
        Files.createSymbolicLink(folder.resolve("examples"), REPOSITORY.resolve("examples"));
        Files.writeString(folder.resolve("letter.txt"), "Dear Sir or Madam\n");
        Files.writeString(folder.resolve("order.xml"), "<order><item>7</item></order>");
        pem("p-256.pub", "PUBLIC KEY", certificate(SoftHsmKey.P_256).getPublicKey());
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("program.jar")))) {
            jar.putNextEntry(new JarEntry("hello.txt"));
            jar.write("hello".getBytes(StandardCharsets.UTF_8));
        }
        try (PDDocument document = new PDDocument()) {
            document.addPage(new PDPage());
            document.save(folder.resolve("report.pdf").toFile());
        }
    }

    private HttpsServer serve() throws IOException, GeneralSecurityException {
        Authority authority = Authority.create(Instant.now());
        Files.writeString(folder.resolve("server.pem"), pem("CERTIFICATE", authority.certificate().getEncoded()));
        KeyPair key = KeyPairGenerator.getInstance("EC").generateKeyPair();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {
            authority.issueServer(key.getPublic(), List.of("localhost"), Instant.now()), authority.certificate()});
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new AskingForCertificates(context(store)));
        server.createContext("/", exchange -> {
            Certificate shown = ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
            byte[] body = ("hello " + ((X509Certificate) shown).getSubjectX500Principal() + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private SSLContext context(KeyStore store) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD.toCharArray());
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("anchor", token.authority().certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static final class AskingForCertificates extends HttpsConfigurator {
        AskingForCertificates(SSLContext context) {
            super(context);
        }

        @Override
        public void configure(HttpsParameters parameters) {
            SSLParameters demanding = getSSLContext().getDefaultSSLParameters();
            demanding.setNeedClientAuth(true);
            parameters.setSSLParameters(demanding);
        }
    }

    private void pem(String name, String type, PublicKey key) throws IOException {
        Files.writeString(folder.resolve(name), pem(type, key.getEncoded()));
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    TestProxy proxy() {
        return proxy;
    }

    X509Certificate certificate(SoftHsmKey key) {
        return token.certificate(key);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Runs a shell script as a user would who sourced the sandbox's environment. @return what it printed */
    String shell(String script) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("RPKCS11_CONFIG", proxy.configuration().toString());
        environment.put("RPKCS11_PIN", proxy.virtualPin());
        environment.put("RPKCS11_CLASSPATH", System.getProperty("java.class.path"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
        environment.put("PAGE", "https://localhost:" + page.getAddress().getPort() + "/");
        return Command.of("bash", "-euo", "pipefail", "-c", "cd \"$0\"\n" + script, folder.toString())
                .inEnvironment(environment).run();
    }

    @Override
    public void close() {
        page.stop(0);
        proxy.close();
        token.close();
    }
}
