package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.remotepkcs11.proxy.cards.PinTrace;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The private keys of a software card while it is in use. */
final class UnlockedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(UnlockedKeys.class);

    private final String version;
    private final Pkcs12Contents contents;
    private final PinTrace opener;
    private final Map<Id, SoftwareKey> keys;
    private volatile Instant lastUsed;

    private UnlockedKeys(String version, Pkcs12Contents contents, PinTrace opener, Map<Id, SoftwareKey> keys) {
        this.version = version;
        this.contents = contents;
        this.opener = opener;
        this.keys = keys;
    }

    /** @param version of the file that the contents are of */
    static UnlockedKeys of(String version, Pkcs12Contents contents, PinTrace opener, Instant now) {
        Map<Id, SoftwareKey> keys = new HashMap<>();
        for (Pkcs12Contents.Key key : contents.keys()) {
            try {
                keys.put(SoftwareCardView.fingerprint(key.value()), SoftwareKey.of(key.value()));
            } catch (GeneralSecurityException | IOException e) {
                LOG.warn("key {} of a software card cannot be used: {}", key.id(), e.getMessage());
            }
        }
        UnlockedKeys unlocked = new UnlockedKeys(version, contents, opener, keys);
        unlocked.lastUsed = now;
        return unlocked;
    }

    String version() {
        return version;
    }

    Pkcs12Contents contents() {
        return contents;
    }

    boolean isOpenedBy(PinTrace trace, Instant now) {
        boolean same = opener.equals(trace);
        if (same) {
            lastUsed = now;
        }
        return same;
    }

    boolean isIdle(Instant since) {
        return lastUsed.isBefore(since);
    }

    /** @throws RefusedException KEY_UNKNOWN */
    SoftwareKey key(Id fingerprint) throws RefusedException {
        SoftwareKey key = keys.get(fingerprint);
        if (key == null) {
            throw new RefusedException(ErrorCode.KEY_UNKNOWN, "the card has no key " + fingerprint);
        }
        return key;
    }
}
