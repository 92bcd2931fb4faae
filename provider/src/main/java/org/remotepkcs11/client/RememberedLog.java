package org.remotepkcs11.client;

import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RestoredHead;

/**
 * What this user's clients remember of a proxy's log, and what a user decides when the proxy was restored from a backup
 * that is older: to take the proxy's signed word that entries are lost, or not to use it any more.
 */
public final class RememberedLog {
    private final StateFolder folder;
    private final NoteVerifier log;

    private RememberedLog(StateFolder folder, NoteVerifier log) {
        this.folder = folder;
        this.log = log;
    }

    /** @throws RefusedException CONFIGURATION_INVALID if the configuration does not name the log's key */
    public static RememberedLog of(ClientConfiguration configuration) throws RefusedException {
        String key = configuration.logVerifier().orElseThrow(
                () -> ConfigurationFile.invalid(configuration.file() + " has no log.verifier"));
        return new RememberedLog(StateFolder.ofUser().ofProxy(ProxyTrust.load(configuration).proxy()),
                NoteVerifier.parse(key));
    }

    /** Entries of the log as a client last saw it; 0 if none did. */
    public long size() {
        return LogMemory.stored(folder).size();
    }

    /** @throws RefusedException SIGNATURE_WRONG, MESSAGE_MALFORMED unless this proxy's log signed it */
    public RestoredHead check(String statement) throws RefusedException {
        return RestoredHead.verify(statement, log);
    }

    /**
     * From the next start of a program on, the proxy is taken if its log goes on from just there.
     *
     * @throws RefusedException as {@link #check}
     */
    public void accept(String statement) throws RefusedException {
        check(statement);
        LogMemory.acceptRestored(folder, statement);
    }
}
