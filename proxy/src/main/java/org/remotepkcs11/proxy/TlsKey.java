package org.remotepkcs11.proxy;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.proxy.pipeline.ServerKey;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS server's key: a new one is made when the names change and when its certificate nears its end. */
final class TlsKey implements Supplier<ServerKey> {
    static final String FILE = "tls.p12";
    private static final Logger LOG = LoggerFactory.getLogger(TlsKey.class);
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(90);
    private static final Duration BETWEEN_TRIES = Duration.ofHours(1);

    private final PrivateDirectory directory;
    private final Authority authority;
    private final List<String> names;
    private final InstantSource clock;
    private volatile KeyEntry entry;
    private volatile Instant due;

    private TlsKey(PrivateDirectory directory, Authority authority, List<String> names, InstantSource clock) {
        this.directory = directory;
        this.authority = authority;
        this.names = names;
        this.clock = clock;
    }

    /** As it lies in the directory, or a new one. */
    static TlsKey in(PrivateDirectory directory, Authority authority, List<String> names, InstantSource clock)
            throws RefusedException {
        TlsKey key = new TlsKey(directory, authority, names, clock);
        if (directory.has(FILE)) {
            key.use(KeyEntry.read(directory, FILE));
        }
        if (key.entry == null || !clock.instant().isBefore(key.due) || !key.isForNames()) {
            key.renew();
        }
        return key;
    }

    private void use(KeyEntry fresh) {
        entry = fresh;
        due = fresh.certificate().getNotAfter().toInstant().minus(RENEWED_BEFORE_END);
    }

    private void renew() throws RefusedException {
        KeyPair pair = Keys.p256();
        X509Certificate certificate = authority.issueServer(pair.getPublic(), names, clock.instant());
        KeyEntry fresh = new KeyEntry(pair.getPrivate(), List.of(certificate, authority.certificate()));
        fresh.write(directory, FILE);
        use(fresh);
    }

    private boolean isForNames() {
        return entry.chain().contains(authority.certificate()) && Authority.isFor(entry.certificate(), names);
    }

    /** Asked at each handshake, so that a proxy that runs for years renews too. */
    @Override
    public ServerKey get() {
        if (!clock.instant().isBefore(due)) {
            renewOnce();
        }
        KeyEntry now = entry;
        return new ServerKey(now.key(), now.chain());
    }

    private synchronized void renewOnce() {
        if (clock.instant().isBefore(due)) {
            return;
        }
        try {
            renew();
        } catch (RefusedException e) {
            due = clock.instant().plus(BETWEEN_TRIES);
            LOG.error("the TLS certificate could not be renewed", e);
        }
    }
}
