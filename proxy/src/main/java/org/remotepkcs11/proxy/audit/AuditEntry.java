package org.remotepkcs11.proxy.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Role;

/**
 * One entry of the audit log.
 *
 * @param time at the proxy, in milliseconds
 */
public record AuditEntry(Instant time, Matter matter) {
    /** What an entry tells. */
    public sealed interface Matter {
    }

    /**
     * A request as its user signed it, without its secret.
     *
     * @param user      {@link org.remotepkcs11.wire.Fingerprint} of the user's key
     * @param body      RequestBody. Not copied: do not change it
     * @param signature over {@code "remote-pkcs11 v1 request\n"} and the body. Not copied: do not change it
     */
    public record Evidence(Id user, byte[] body, byte[] signature) {
    }

    /** By which right, over which card; {@link Id#NONE} where the request needs none. */
    public record Right(Id card, Id delegation) {
        public static final Right NONE = new Right(Id.NONE, Id.NONE);
    }

    /** Accepted; a card will be asked, and an {@link Outcome} follows. */
    public record Intent(Evidence evidence, Right right) implements Matter {
    }

    /** Accepted and done in the same moment. */
    public record Done(Evidence evidence, Right right) implements Matter {
    }

    /**
     * Of an intent.
     *
     * @param intent  index of the intent
     * @param refusal why nothing was done
     * @param results one an operation; empty where the request has none
     */
    public record Outcome(long intent, Optional<Refusal> refusal, List<Result> results) implements Matter {
        public Outcome {
            results = List.copyOf(results);
        }
    }

    /**
     * Of one operation.
     *
     * @param code       number of the {@link org.remotepkcs11.wire.ErrorCode}; 0: done
     * @param outputHash SHA-256 of a signature; {@link Id#NONE} for what is secret
     * @param members    sources of the physical cards that were asked, in this order: the last one did it or failed, those
     *                   before it failed by a fault of theirs. Empty where no card was asked, as for a repeat that was
     *                   answered again, and in entries of before this was recorded
     */
    public record Result(int code, Id outputHash, List<String> members) {
        public Result {
            members = List.copyOf(members);
        }
    }

    /**
     * Not accepted.
     *
     * @param caller   fingerprint of the key that TLS proved; {@link Id#NONE} if there was none
     * @param address  network address
     * @param evidence if the request's signature was right
     * @param unlisted refusals of strangers before this one that were only counted
     */
    public record Refused(Id caller, String address, Optional<Evidence> evidence, Right right, Refusal refusal,
                          long unlisted) implements Matter {
    }

    /**
     * Something without a request.
     *
     * @param what        started, enrolled, invited …: lower case
     * @param name        of the person it is about; may be empty
     * @param certificate DER, where somebody enrolled: later requests are verified by its key; else empty
     */
    public record Happened(String what, String name, Optional<Role> role, byte[] certificate) implements Matter {
        public static Happened of(String what) {
            return new Happened(what, "", Optional.empty(), new byte[0]);
        }
    }
}
