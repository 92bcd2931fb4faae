package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.testkit.SoftHsmKey;

/** GnuPG's gpgsm by gnupg-pkcs11-scd, which knows RSA only; unmodified; judged by OpenSSL. */
@Tool(name = "gpgsm by gnupg-pkcs11-scd", version = {"gnupg-pkcs11-scd", "--version"}, guide = "gpgsm")
class GpgSmTest {
    /** The Assuan protocol, as far as gpg-agent speaks it with a pinentry. */
    private static final String PINENTRY = """
            #!/bin/sh
            echo 'OK at your service'
            while read -r word rest; do
                case $word in
                GETPIN) printf 'D %s\\n' "$RPKCS11_PIN" ;;
                BYE) echo OK && exit ;;
                esac
                echo OK
            done
            """;

    private final Desk desk;

    GpgSmTest(Desk desk) {
        this.desk = desk;
    }

    @Test
    void letterIsSignedAndAnotherDecrypted() throws IOException, GeneralSecurityException {
        Workbench bench = Workbench.of(desk, SoftHsmKey.RSA_2048);
        Path home = Files.createDirectory(bench.file("gnupg"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(home.resolve("gpg-agent.conf"),
                ("pinentry-program " + bench.program("pinentry", PINENTRY) + "\n").getBytes(UTF_8));
        Guide.named("gpgsm").followedOn(bench.set("GNUPGHOME", home.toString()));
    }
}
