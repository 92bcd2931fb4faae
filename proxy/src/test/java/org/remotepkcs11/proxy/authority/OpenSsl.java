package org.remotepkcs11.proxy.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The openssl program, as the other opinion on our certificates and the other maker of requests. */
record OpenSsl(Path folder) {
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said : "FAILED " + said;
    }

    Path write(String name, X509Certificate certificate) throws IOException, GeneralSecurityException {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n";
        return Files.writeString(folder.resolve(name), pem);
    }

    /** A certification request in DER. @param key arguments of {@code openssl req -newkey} */
    byte[] certificationRequest(String... key) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("req", "-new", "-nodes", "-subj", "/CN=anybody",
                "-keyout", "new.key", "-outform", "DER", "-out", "new.csr", "-newkey"));
        arguments.addAll(List.of(key));
        run(arguments.toArray(new String[0]));
        return Files.readAllBytes(folder.resolve("new.csr"));
    }
}
