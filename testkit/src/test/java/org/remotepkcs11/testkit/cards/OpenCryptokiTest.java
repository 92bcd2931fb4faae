package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.remotepkcs11.testkit.Command;

/** openCryptoki's software token: a module that is the client of a daemon. */
class OpenCryptokiTest {
    static final Path MODULE = Path.of("/usr/lib/x86_64-linux-gnu/libopencryptoki.so.0");
    private static final HexFormat HEX = HexFormat.of();

    @Test
    @Timeout(120)
    void keyOfAnOpenCryptokiTokenSigns() throws Exception {
        byte[] input = "to be signed".getBytes();
        String[] made = signedByToken(input).split(" ");
        Signature verifier = Signature.getInstance("NONEwithRSA");
        verifier.initVerify(KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(HEX.parseHex(made[0]))));
        verifier.update(input);
        assertThat(verifier.verify(HEX.parseHex(made[1]))).isTrue();
    }

    private static String signedByToken(byte[] input) throws Exception {
        String script = Path.of(OpenCryptokiTest.class.getResource("opencryptoki.sh").toURI()).toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String printed = Command.of("unshare", "--mount", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc")
                .with("sh", "-e", script, java, "-cp", System.getProperty("java.class.path"))
                .with(OpenCryptokiMain.class.getName(), HEX.formatHex(input))
                .inEnvironment(Map.of("PIN", "123456")).run();
        return printed.substring(printed.stripTrailing().lastIndexOf('\n') + 1).strip();
    }
}
