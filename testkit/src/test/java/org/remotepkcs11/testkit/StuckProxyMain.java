package org.remotepkcs11.testkit;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.ProxyServer;
import org.remotepkcs11.proxy.cards.software.SoftwareCards;

/** Serves a test proxy's folder on a port, with cards that stop in the middle of whatever they do: to be killed. */
final class StuckProxyMain {
    static final String SERVING = "serving";
    static final String TOUCHED = "touched";

    private StuckProxyMain() {
    }

    /** @param arguments folder of the test proxy, port */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        PausableCards cards = new PausableCards(
                SoftwareCards.in("software", TestProxyBuilder.softwareFolder(folder), Duration.ofHours(1)), 1);
        cards.pause();
        ProxyServer.start(ProxyHome.open(folder.resolve("proxy")), new ProxyServer.Surroundings(
                Clock.systemUTC(), List.of(cards), OptionalInt.of(Integer.parseInt(arguments[1]))));
        System.out.println(SERVING);
        while (cards.awaitTouch(Duration.ofHours(1))) {
            System.out.println(TOUCHED);
        }
    }
}
