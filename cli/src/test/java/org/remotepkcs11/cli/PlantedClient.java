package org.remotepkcs11.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Arrays;
import org.remotepkcs11.provider.RemotePkcs11Provider;

/**
 * A user's Java program: takes a wrong and the right virtual PIN from standard input without ever making a String of
 * them, uses them, wipes them, and leaves a dump of its heap, garbage included.
 */
final class PlantedClient {
    private static final int MAX_PIN = 64;

    private PlantedClient() {
    }

    public static void main(String[] arguments) throws GeneralSecurityException, IOException {
        Provider provider = new RemotePkcs11Provider().configure(arguments[0]);
        char[] wrong = pin();
        char[] right = pin();
        try {
            KeyStore.getInstance("RemotePKCS11", provider).load(null, wrong);
        } catch (IOException e) {
            System.out.println("refused: " + e);
            e.printStackTrace(System.out);
        }
        KeyStore card = KeyStore.getInstance("RemotePKCS11", provider);
        card.load(null, right);
        Signature signature = Signature.getInstance("SHA256withRSA", provider);
        signature.initSign((PrivateKey) card.getKey(card.aliases().nextElement(), null));
        signature.update((byte) 1);
        System.out.println("signed " + signature.sign().length + " bytes");
        Arrays.fill(wrong, '\0');
        Arrays.fill(right, '\0');
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpHeap(Path.of(arguments[1]).toString(), false);
    }

    /** A line of ASCII, unbuffered. */
    private static char[] pin() throws IOException {
        InputStream in = new FileInputStream(FileDescriptor.in);
        char[] line = new char[MAX_PIN];
        int length = 0;
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line[length++] = (char) next;
        }
        char[] pin = Arrays.copyOf(line, length);
        Arrays.fill(line, '\0');
        return pin;
    }
}
