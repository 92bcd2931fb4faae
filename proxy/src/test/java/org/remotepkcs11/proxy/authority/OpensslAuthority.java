package org.remotepkcs11.proxy.authority;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An outside authority as an organisation may have it: {@code openssl ca}, its list of revoked ones, its responder. */
final class OpensslAuthority implements AutoCloseable {
    private static final String SETTINGS = """
            [ca]
            default_ca = ours
            [ours]
            database = index.txt
            certificate = ca.pem
            private_key = ca.key
            new_certs_dir = .
            serial = serial
            default_md = sha256
            default_days = 10
            default_crl_days = 7
            policy = any
            x509_extensions = client
            [any]
            commonName = supplied
            [client]
            keyUsage = critical, digitalSignature
            extendedKeyUsage = clientAuth
            """;
    private static final Pattern LISTENS = Pattern.compile("ACCEPT .*:(\\d+)( .*)?");

    private final Path folder;
    private final List<Process> responders = new ArrayList<>();

    OpensslAuthority(Path folder) throws IOException, InterruptedException {
        this(folder, "");
    }

    /** @param extension a line of openssl's, for each certificate it issues */
    OpensslAuthority(Path folder, String extension) throws IOException, InterruptedException {
        this.folder = folder;
        Files.writeString(folder.resolve("ca.cnf"), SETTINGS + extension + "\n");
        Files.writeString(folder.resolve("index.txt"), "");
        Files.writeString(folder.resolve("serial"), "1000\n");
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
                "ca.pem", "-subj", "/CN=Outside", "-days", "30");
    }

    X509Certificate certificate() throws IOException, CertificateException {
        return certificate("ca.pem");
    }

    X509Certificate issue(String name) throws IOException, InterruptedException, CertificateException {
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out",
                name + ".csr", "-subj", "/CN=" + name);
        run("ca", "-config", "ca.cnf", "-batch", "-notext", "-in", name + ".csr", "-out", name + ".pem");
        return certificate(name + ".pem");
    }

    void revoke(String name) throws IOException, InterruptedException {
        run("ca", "-config", "ca.cnf", "-revoke", name + ".pem");
    }

    /** The list as it is now. */
    Path list() throws IOException, InterruptedException {
        run("ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.pem");
        return folder.resolve("crl.pem");
    }

    /** A responder that knows what was issued and revoked up to now. @return its address */
    String respond() throws IOException {
        Process responder = start("ocsp", "-index", "index.txt", "-port", "0", "-rsigner", "ca.pem", "-rkey",
                "ca.key", "-CA", "ca.pem");
        responders.add(responder);
        BufferedReader said = responder.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.matches()) {
                return "http://127.0.0.1:" + listens.group(1);
            }
        }
        throw new IOException("openssl ocsp does not listen");
    }

    private X509Certificate certificate(String file) throws IOException, CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(folder.resolve(file))));
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(arguments) + ": " + output);
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    }

    @Override
    public void close() throws InterruptedException {
        for (Process responder : responders) {
            responder.destroyForcibly().waitFor();
        }
    }
}
