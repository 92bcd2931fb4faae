package org.remotepkcs11.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the proxy answers. */
public sealed interface Outcome {
    /** Nothing was done. */
    record Refused(Refusal refusal) implements Outcome {
    }

    /**
     * @param snapshot absent where the one known to the user is still true
     * @param pinKey   {@link PinKey#publicKey} of the session
     */
    record Opened(Id session, Id proxyNonce, Id userNonce, Optional<Snapshot> snapshot, List<byte[]> consistency,
                  Duration idle, Id pinKey) implements Outcome {
        public Opened {
            consistency = List.copyOf(consistency);
        }
    }

    record LoggedIn() implements Outcome {
    }

    /** One result an operation, in their order. */
    record Used(List<Result> results) implements Outcome {
        public Used {
            results = List.copyOf(results);
        }
    }

    record PinChanged() implements Outcome {
    }

    record Watched(boolean changed) implements Outcome {
    }

    /** @param chain DER, the user's certificate first */
    record CertificateRenewed(List<byte[]> chain) implements Outcome {
        public CertificateRenewed {
            chain = List.copyOf(chain);
        }
    }

    /** @param entries the bytes that the log's tree hashes, from the first that was asked for */
    record LogRead(List<byte[]> entries) implements Outcome {
        public LogRead {
            entries = List.copyOf(entries);
        }
    }

    record Invited(String code, Instant expires) implements Outcome {
    }

    /** @param id of the card or delegation that was made; {@link Id#NONE} where nothing was */
    record Administered(Id id) implements Outcome {
    }

    record Listed(ProxyState state) implements Outcome {
    }

    record ApprovalsListed(List<Approval> approvals) implements Outcome {
        public ApprovalsListed {
            approvals = List.copyOf(approvals);
        }
    }

    /** Of one operation. */
    sealed interface Result {
        /** Signature in the form of PKCS #11 (r‖s for ECDSA), plaintext or shared secret. */
        record Output(byte[] value) implements Result {
        }

        record Failed(Refusal refusal) implements Result {
        }
    }
}
