package org.remotepkcs11.tools;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.remotepkcs11.testkit.Command;

/** A PDF file (ISO 32000-1): an empty one to be signed, or one with a detached CMS signature. */
record PdfFile(Path path) {
    private static final Pattern BYTE_RANGE =
            Pattern.compile("/ByteRange\\s*\\[\\s*(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s*]");
    private static final String[] EMPTY = {"<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"};

    /** One page with nothing on it. */
    static PdfFile empty(Path path) throws IOException {
        StringBuilder file = new StringBuilder("%PDF-1.4\n");
        StringBuilder table = new StringBuilder("xref\n0 " + (EMPTY.length + 1) + "\n0000000000 65535 f \n");
        for (int i = 0; i < EMPTY.length; i++) {
            table.append("%010d 00000 n \n".formatted(file.length()));
            file.append("%d 0 obj %s endobj\n".formatted(i + 1, EMPTY[i]));
        }
        int start = file.length();
        file.append(table).append("trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                .formatted(EMPTY.length + 1, start));
        return new PdfFile(Files.writeString(path, file, ISO_8859_1));
    }

    /** Has OpenSSL verify the signature over all but its own place in the file. @return what it said */
    String verifiedUnder(Path authority) throws IOException {
        byte[] file = Files.readAllBytes(path);
        Matcher found = BYTE_RANGE.matcher(new String(file, ISO_8859_1));
        if (!found.find() || number(found, 3) + number(found, 4) != file.length) {
            throw new IOException("no signature of the whole file in " + path);
        }
        int end = number(found, 2);
        int begin = number(found, 3);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(file, number(found, 1), end);
        content.write(file, begin, number(found, 4));
        byte[] padded = HexFormat.of().parseHex(new String(file, end + 1, begin - end - 2, ISO_8859_1));
        return Command.of("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
                Files.write(path.resolveSibling("signature.der"), padded).toString(), "-content",
                Files.write(path.resolveSibling("content.bin"), content.toByteArray()).toString(), "-CAfile",
                authority.toString(), "-purpose", "any", "-out", "/dev/null").run();
    }

    private static int number(MatchResult found, int group) {
        return Integer.parseInt(found.group(group));
    }
}
