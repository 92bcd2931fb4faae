package org.remotepkcs11.cli.pin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.remotepkcs11.cli.text.Pem;

/** A {@link SealedPin} as a text file, RFC 7468: CMS, or a label of its own for the form of Ed25519 keys. */
public final class SealedPinFile {
    private static final String CMS = "CMS";
    private static final String OTHER = "RPKCS11 SEALED PIN";
    private static final int MAX_BYTES = 4 * SealedPin.MAX_BYTES;

    private SealedPinFile() {
    }

    /** @throws FileAlreadyExistsException if a file is there: it may hold the PIN of another delegation */
    public static void write(Path file, byte[] sealed) throws IOException {
        Files.writeString(file, Pem.of(sealed[0] == EdwardsSeal.FORM ? OTHER : CMS, sealed), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
    }

    /** @throws IllegalArgumentException if it is no such file */
    public static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IllegalArgumentException("larger than " + MAX_BYTES + " bytes");
            }
            String pem = new String(text, StandardCharsets.UTF_8);
            return Pem.read(pem.contains(OTHER) ? OTHER : CMS, pem);
        }
    }
}
