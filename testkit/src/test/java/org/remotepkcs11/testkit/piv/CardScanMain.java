package org.remotepkcs11.testkit.piv;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;

/** Looks for cards through OpenSC in processes, for ever: to be killed. */
final class CardScanMain {
    private CardScanMain() {
    }

    /** @param arguments OpenSC's file */
    public static void main(String[] arguments) throws Exception {
        ProcessModule module = ProcessModule.start(Pkcs11Settings.of("opensc", Path.of(arguments[0])),
                new ProcessModule.Terms(true, Duration.ofMinutes(10), ModuleEnvironment.with(Map.of())));
        while (true) {
            module.scan(false);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
