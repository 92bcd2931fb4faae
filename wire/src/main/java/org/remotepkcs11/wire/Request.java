package org.remotepkcs11.wire;

import java.time.Duration;
import java.util.List;

/** What a user asks of the proxy; PROTOCOL.md says what each means. */
public sealed interface Request {
    /** For a session and for all remote cards the user may use. */
    record Open(Id userNonce, String knownSnapshot, long knownTreeSize) implements Request {
    }

    /** To confirm the virtual PIN proof for a card. */
    record Login(Id card) implements Request {
    }

    /** To have a card apply its keys. @param deadline zero: the proxy's default */
    record Use(Id card, List<Operation> operations, Duration deadline) implements Request {
        public Use {
            operations = List.copyOf(operations);
        }
    }

    /** To replace the user's own virtual PIN. */
    record ChangePin(Id card, PinDerivation derivation) implements Request {
    }

    /** To be told when the snapshot is no longer the known one. */
    record Watch(String knownSnapshot, Duration patience) implements Request {
    }

    /**
     * To get a new certificate.
     *
     * @param certificationRequest PKCS #10, DER (RFC 2986), of the user's key or of one that takes its place
     */
    record RenewCertificate(byte[] certificationRequest) implements Request {
    }

    /** To be shown entries of the log. @param to one behind the last */
    record ReadLog(long from, long to) implements Request {
    }

    /** To change or list what the owner governs. */
    record Administer(Administration action) implements Request {
    }
}
