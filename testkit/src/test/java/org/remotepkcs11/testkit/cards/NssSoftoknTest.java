package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/** NSS's own token: wants a text at C_Initialize that the standard does not know; in one process for all its tokens. */
class NssSoftoknTest {
    private static final Path SOFTOKN = Path.of("/usr/lib/x86_64-linux-gnu/libsoftokn3.so");
    /** NSS labels certificates, not keys. */
    private static final String UNNAMED = "";

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void keyOfAnNssDatabaseSigns() throws Exception {
        Path pin = Files.writeString(folder.resolve("pin"), "nss-pin-77");
        Path noise = Files.write(folder.resolve("noise"), new byte[64]);
        certutil("-N", "-f", pin.toString());
        certutil("-S", "-x", "-n", "signer", "-s", "CN=Signer", "-t", "u,u,u", "-k", "rsa", "-g", "2048", "-f",
                pin.toString(), "-z", noise.toString());
        Pkcs11Settings settings = Pkcs11Settings.of("nss", SOFTOKN).withCalling(new Pkcs11Settings.Calling(false,
                "configdir='sql:" + folder + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags="));
        ProcessModule module = ProcessModule.start(settings,
                new ProcessModule.Terms(false, Duration.ofSeconds(30), ModuleEnvironment.with(Map.of())));
        while (module.scan(false).size() < 2) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        try (PluggedCard card = PluggedCard.find(module, "NSS Certificate DB", "nss-pin-77")) {
            card.checkPin("nss-pin-77");
            byte[] signature = card.apply(UNNAMED, Operation.Kind.SIGN, Mechanisms.RSA_PKCS, new byte[20]);
            Signature verifier = Signature.getInstance("NONEwithRSA");
            verifier.initVerify(card.publicKey(UNNAMED));
            verifier.update(new byte[20]);
            assertThat(verifier.verify(signature)).isTrue();
        }
    }

    private void certutil(String... words) throws Exception {
        Command.of("certutil", "-d", "sql:" + folder).with(words).run();
    }
}
