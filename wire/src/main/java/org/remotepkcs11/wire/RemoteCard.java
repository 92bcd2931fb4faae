package org.remotepkcs11.wire;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A remote card as one user sees it.
 *
 * @param id           16 bytes, for ever the same
 * @param token        what {@code CK_TOKEN_INFO} shows
 * @param owner        name of the card's owner
 * @param delegation   16 bytes: by which right the user sees it
 * @param pin          how the user's virtual PIN becomes a proof
 * @param pinState     of the user's virtual PIN
 * @param present      whether a physical card answers
 * @param mechanisms   {@code CKM_*} that the proxy will apply
 * @param certificates all certificates
 * @param keys         all private keys the delegation allows
 * @param nodeUrl      where to send Use; empty: the proxy that answered
 * @param notBefore    of the delegation
 * @param notAfter     of the delegation
 * @param documentBound whether the delegation is for certain documents, so that what is signed is to be sent along
 */
public record RemoteCard(Id id, Token token, String owner, Id delegation, PinDerivation pin, PinState pinState,
                         boolean present, Set<Long> mechanisms, List<CertificateObject> certificates,
                         List<PrivateKeyObject> keys, String nodeUrl, Optional<Instant> notBefore,
                         Optional<Instant> notAfter, boolean documentBound) {
    /** What {@code CK_TOKEN_INFO} shows: label up to 32 characters, manufacturer 32, model 16, serial 16. */
    public record Token(String label, String serialNumber, String manufacturer, String model) {
    }

    /** For any document. */
    public RemoteCard(Id id, Token token, String owner, Id delegation, PinDerivation pin, PinState pinState,
                      boolean present, Set<Long> mechanisms, List<CertificateObject> certificates,
                      List<PrivateKeyObject> keys, String nodeUrl, Optional<Instant> notBefore,
                      Optional<Instant> notAfter) {
        this(id, token, owner, delegation, pin, pinState, present, mechanisms, certificates, keys, nodeUrl, notBefore,
                notAfter, false);
    }

    public RemoteCard {
        mechanisms = Set.copyOf(mechanisms);
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
    }
}
