package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.remotepkcs11.cli.terminal.PrivateFiles;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.RefusedException;

/** A PIN that a sandbox keeps for its testers, readable by its user alone. */
record PinFile(Path file) {
    /** Wipes the PIN. */
    void write(char[] pin) throws IOException {
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        byte[] bytes = new byte[utf8.remaining()];
        utf8.get(bytes);
        PrivateFiles.createFolder(file.getParent());
        PrivateFiles.write(file, bytes);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(utf8.array(), (byte) 0);
        Arrays.fill(pin, '\0');
    }

    char[] read() throws RefusedException {
        return new SecretSource.InFile(file).read("virtual pin");
    }

    boolean holds(char[] pin) throws RefusedException {
        return Files.exists(file) && Arrays.equals(pin, read());
    }
}
