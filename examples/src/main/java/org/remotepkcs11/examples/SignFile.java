package org.remotepkcs11.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;

/** Signs a file of any length: {@code SignFile ALIAS FILE} writes FILE.sig. Only the digest leaves this machine. */
public final class SignFile {
    private SignFile() {
    }

    public static void main(String[] arguments) throws GeneralSecurityException, IOException {
        Card card = Card.open(arguments[0]);
        Path file = Path.of(arguments[1]);

        Signature signature = Signature.getInstance(card.signatureAlgorithm());
        signature.initSign(card.key());
        update(signature, file);
        Path written = Files.write(Path.of(file + ".sig"), signature.sign());

        signature.initVerify(card.certificate());
        update(signature, file);
        boolean good = signature.verify(Files.readAllBytes(written));
        System.out.println(written + ": " + card.signatureAlgorithm() + " by "
                + card.certificate().getSubjectX500Principal() + (good ? ", verified" : ", WRONG"));
    }

    private static void update(Signature signature, Path file) throws IOException, GeneralSecurityException {
        byte[] buffer = new byte[1 << 16];
        try (InputStream stream = Files.newInputStream(file)) {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                signature.update(buffer, 0, read);
            }
        }
    }
}
