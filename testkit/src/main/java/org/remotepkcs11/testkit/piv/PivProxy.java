package org.remotepkcs11.testkit.piv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestProxyBuilder;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.RefusedException;

/** A whole proxy whose cards are PIV cards, which it uses by OpenSC in processes and by a pcscd of its own. */
public final class PivProxy implements AutoCloseable {
    private static final Path OPENSC = Path.of("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so");
    private static final String PIN = "123456";
    private static final long SEEN_SECONDS = 120;

    private final PcscDaemon daemon;
    private final TestProxy proxy;

    private PivProxy(PcscDaemon daemon, TestProxy proxy) {
        this.daemon = daemon;
        this.proxy = proxy;
    }

    /** @param count of empty readers, 1 to 16 */
    public static PivProxy withReaders(int count) throws IOException, GeneralSecurityException, RefusedException {
        PcscDaemon daemon = PcscDaemon.withReaders(count);
        try {
            TestProxyBuilder builder = TestProxy.builder().setting("module.opensc", OPENSC.toString());
            daemon.environment().forEach((name, value) -> builder.setting("module.opensc.env." + name, value));
            return new PivProxy(daemon, builder.start());
        } catch (IOException | GeneralSecurityException | RefusedException e) {
            daemon.close();
            throw e;
        }
    }

    public PcscDaemon daemon() {
        return daemon;
    }

    /** Has a software card too. */
    public TestProxy proxy() {
        return proxy;
    }

    /** Puts a card, of which nobody has changed the PIN, in and makes it a remote card that the proxy's user may use. */
    public Id add(String label, int reader, PivCard card)
            throws IOException, InterruptedException, GeneralSecurityException, RefusedException {
        Id remote = proxy.owner().addCard(label, insert(reader, card), PIN);
        proxy.owner().delegate(remote, proxy.user().name(), Limits.NONE, proxy.virtualPin());
        return remote;
    }

    /** Puts a card in and behind a remote card that is there. */
    public void join(Id remote, int reader, PivCard card) throws IOException, InterruptedException, RefusedException {
        proxy.owner().joinCard(remote, insert(reader, card), PIN);
    }

    private String insert(int reader, PivCard card) throws IOException, InterruptedException, RefusedException {
        daemon.reader(reader).insert(card);
        String source = "opensc:" + card.serialNumber();
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(SEEN_SECONDS);
        while (proxy.owner().state().sources().stream().noneMatch(there -> there.source().equals(source))) {
            if (System.nanoTime() > limit) {
                throw new IOException("the proxy does not see card " + source);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return source;
    }

    /** A {@code client.properties} of the user's that names this remote card, for as long as the proxy lets one wait. */
    public Path configuration(String label) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(proxy.configuration()));
        lines.replaceAll(line -> line.startsWith("token=") ? "token=" + label : line);
        lines.add("deadline.seconds=300");
        return Files.write(proxy.configuration().resolveSibling(label + ".properties"), lines);
    }

    @Override
    public void close() {
        proxy.close();
        daemon.close();
    }
}
