package org.remotepkcs11.testkit;

import java.nio.file.Path;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;

/** Changes a proxy's keys again and again, to be killed meanwhile. */
final class RekeyingMain {
    static final String CHANGED = "changed";

    private RekeyingMain() {
    }

    /** @param arguments the proxy's directory */
    public static void main(String[] arguments) throws Exception {
        while (true) {
            for (StoreSecret which : StoreSecret.values()) {
                ProxyHome.open(Path.of(arguments[0])).changeSecret(which);
                System.out.println(CHANGED);
            }
        }
    }
}
