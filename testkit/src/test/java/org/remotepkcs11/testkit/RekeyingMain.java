package org.remotepkcs11.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;

/** Changes, moves or loses a proxy's keys again and again, to be killed meanwhile. */
final class RekeyingMain {
    static final String CHANGED = "changed";

    /** What is done, for ever. */
    enum Work { CHANGE, MOVE, LOSE_POLICY, LOSE_VAULT }

    private final Path home;

    private RekeyingMain(Path home) {
        this.home = home;
    }

    /** @param arguments the proxy's directory and the work; to move keys, the token is named there already */
    public static void main(String[] arguments) throws Exception {
        new RekeyingMain(Path.of(arguments[0])).run(Work.valueOf(arguments[1]));
    }

    private void run(Work work) throws Exception {
        for (boolean toToken = true;; toToken = !toToken) {
            switch (work) {
                case CHANGE -> change();
                case MOVE -> move(toToken ? "token" : "file");
                case LOSE_POLICY -> lose(StoreSecret.POLICY);
                case LOSE_VAULT -> lose(StoreSecret.VAULT);
            }
        }
    }

    private void change() throws Exception {
        for (StoreSecret which : StoreSecret.values()) {
            ProxyHome.open(home).changeSecret(which);
            System.out.println(CHANGED);
        }
    }

    private void move(String place) throws Exception {
        Files.write(home.resolve("proxy.properties"), List.of("policy.key = " + place, "vault.key = " + place),
                StandardOpenOption.APPEND);
        change();
    }

    private void lose(StoreSecret which) throws Exception {
        String file = which.name().toLowerCase(Locale.ROOT) + ".secret";
        Files.deleteIfExists(home.resolve(file));
        Files.deleteIfExists(home.resolve(file + ".next"));
        ProxyHome.open(home).replaceSecret(which);
        System.out.println(CHANGED);
    }
}
