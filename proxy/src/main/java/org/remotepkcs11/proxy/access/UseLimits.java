package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;

/** Whether a delegation and the card allow what is asked of its keys: key, kind, mechanism, document. */
final class UseLimits {
    private static final Map<Operation.Kind, Set<Usage>> USAGES = Map.of(
            Operation.Kind.SIGN, Set.of(Usage.SIGN, Usage.SIGN_RECOVER),
            Operation.Kind.DECRYPT, Set.of(Usage.DECRYPT, Usage.UNWRAP),
            Operation.Kind.DERIVE, Set.of(Usage.DERIVE));
    private static final Map<Operation.Kind, Set<Long>> MECHANISMS = Map.of(
            Operation.Kind.SIGN, Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_X_509, Mechanisms.RSA_PKCS_PSS,
                    Mechanisms.ECDSA, Mechanisms.EDDSA),
            Operation.Kind.DECRYPT, Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_X_509, Mechanisms.RSA_PKCS_OAEP),
            Operation.Kind.DERIVE, Set.of(Mechanisms.ECDH1_DERIVE));

    private final Limits limits;
    private final Members members;

    /** @param members a key may be on several, and then each must be able to do what is asked */
    UseLimits(Limits limits, Members members) {
        this.limits = limits;
        this.members = members;
    }

    /**
     * @throws RefusedException {@link ErrorCode#KEY_UNKNOWN}, {@link ErrorCode#STATE_UNTRUSTED},
     *                          {@link ErrorCode#KEY_FORBIDDEN}, {@link ErrorCode#OPERATION_FORBIDDEN},
     *                          {@link ErrorCode#MECHANISM_FORBIDDEN}, {@link ErrorCode#DOCUMENT_FORBIDDEN},
     *                          {@link ErrorCode#DOCUMENT_UNSEEN}
     */
    void check(Request.Use use) throws RefusedException {
        if (use.operations().isEmpty()) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "the request asks for no operation");
        }
        for (Operation operation : use.operations()) {
            List<Member> holders = members.holding(operation.key());
            PrivateKeyObject key = MemberSets.key(holders, operation.key());
            checkKey(operation, key);
            checkMechanism(operation, key, holders);
            if (!limits.documentDigests().isEmpty()) {
                new DocumentLimit(limits.documentDigests()).check(operation);
            }
        }
    }

    private void checkKey(Operation operation, PrivateKeyObject key) throws RefusedException {
        if (!limits.keys().isEmpty() && !limits.keys().contains(operation.key())) {
            throw new RefusedException(ErrorCode.KEY_FORBIDDEN,
                    "the delegation does not include the key " + key.label() + " (" + operation.key() + ")");
        }
        if (!limits.kinds().isEmpty() && !limits.kinds().contains(operation.kind())) {
            throw new RefusedException(ErrorCode.OPERATION_FORBIDDEN,
                    "the delegation does not include " + operation.kind() + ", only " + limits.kinds());
        }
        if (USAGES.get(operation.kind()).stream().noneMatch(key.usages()::contains)) {
            throw new RefusedException(ErrorCode.KEY_FORBIDDEN,
                    "the card does not use the key " + key.label() + " to " + operation.kind());
        }
    }

    private void checkMechanism(Operation operation, PrivateKeyObject key, List<Member> holders)
            throws RefusedException {
        long mechanism = operation.mechanism();
        if (!limits.mechanisms().isEmpty() && !limits.mechanisms().contains(mechanism)) {
            throw forbidden(mechanism, "the delegation does not include");
        }
        if (!key.allowedMechanisms().isEmpty() && !key.allowedMechanisms().contains(mechanism)) {
            throw forbidden(mechanism, "the key " + key.label() + " does not allow");
        }
        if (!MemberSets.mechanisms(holders).contains(mechanism)) {
            throw forbidden(mechanism, "the card does not know");
        }
        if (!MECHANISMS.get(operation.kind()).contains(mechanism)) {
            throw forbidden(mechanism, operation.kind() + " is not done by");
        }
    }

    private static RefusedException forbidden(long mechanism, String why) {
        return new RefusedException(ErrorCode.MECHANISM_FORBIDDEN,
                why + " mechanism 0x" + Long.toHexString(mechanism));
    }
}
