package org.remotepkcs11.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.bouncycastle.cms.CMSProcessableFile;

/** {@code SignCms ALIAS FILE} writes FILE.p7s and, for the verifier, the last certificate of the chain as FILE.anchor.pem. */
public final class SignCms {
    private SignCms() {
    }

    public static void main(String[] arguments) throws GeneralSecurityException, IOException {
        Card card = Card.open(arguments[0]);
        Path file = Path.of(arguments[1]);
        Files.write(Path.of(file + ".p7s"), CmsSignature.of(new CMSProcessableFile(file.toFile()), card).getEncoded());
        X509Certificate anchor = card.chain().get(card.chain().size() - 1);
        Files.writeString(Path.of(file + ".anchor.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(anchor.getEncoded()) + "\n-----END CERTIFICATE-----\n");
        System.out.println(file + ".p7s: CMS signature by " + card.certificate().getSubjectX500Principal());
    }
}
