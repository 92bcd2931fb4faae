package org.remotepkcs11.cli.text;

import java.util.Base64;

/** Textual encodings of certificates and lists of revoked ones, RFC 7468. */
public final class Pem {
    private Pem() {
    }

    /** With a last line end. @param label as in {@code CERTIFICATE} */
    public static String of(String label, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }

    /** @throws IllegalArgumentException if it is no such text */
    public static byte[] read(String label, String pem) {
        String begin = "-----BEGIN " + label + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no " + begin);
        }
        return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    }
}
