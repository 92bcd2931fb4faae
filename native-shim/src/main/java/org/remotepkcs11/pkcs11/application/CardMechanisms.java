package org.remotepkcs11.pkcs11.application;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.SigningMechanism;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/**
 * The mechanisms of one token. Where the card has keys of a kind, the card decides what private keys of that kind can
 * do; all else, verification and encryption with public keys included, is done here. Encryption stands wherever
 * decryption does, hash-and-sign forms wherever the bare signature does, and plain digests always: tools fail, or
 * worse, sign wrongly, where one of these is missing.
 */
final class CardMechanisms {
    private static final long OF_PRIVATE_KEYS = CKF.SIGN | CKF.SIGN_RECOVER | CKF.DECRYPT | CKF.UNWRAP | CKF.DERIVE
            | CKF.DECAPSULATE;

    private final Map<Long, MechanismInfo> infos = new LinkedHashMap<>();

    private CardMechanisms() {
    }

    static CardMechanisms of(RemoteCard card) {
        Set<Long> keyTypes = card.keys().stream().flatMap(key -> keyType(key).stream()).collect(Collectors.toSet());
        CardMechanisms mechanisms = new CardMechanisms();
        LocalMechanisms.all().forEach(
                (type, local) -> mechanisms.infos.put(type, adapted(card, keyTypes, type, local)));
        return mechanisms;
    }

    /** In a stable order. */
    Set<Long> types() {
        return infos.keySet();
    }

    Optional<MechanismInfo> info(long type) {
        return Optional.ofNullable(infos.get(type));
    }

    private static Optional<Long> keyType(PrivateKeyObject key) {
        try {
            return Optional.of(PublicKeys.keyType(key.publicKey()));
        } catch (CkException e) {
            return Optional.empty();
        }
    }

    private static MechanismInfo adapted(RemoteCard card, Set<Long> keyTypes, long type, MechanismInfo local) {
        Optional<Long> raw = raw(type);
        if (raw.isEmpty() || !keyTypes.contains(keyTypeOf(raw.get()))) {
            return local;
        }
        boolean onCard = RemoteKey.canApply(card, kind(raw.get()), raw.get())
                || RemoteKey.canApply(card, Operation.Kind.DECRYPT, raw.get());
        long flags = local.flags() & ~OF_PRIVATE_KEYS;
        if (onCard) {
            flags = local.flags() | (raw.get() == type && card.mechanisms().contains(type) ? CKF.HW : 0);
        }
        return new MechanismInfo(local.minKeySize(), local.maxKeySize(), flags);
    }

    /** What a card must apply for a mechanism; empty where it has no part in it. */
    private static Optional<Long> raw(long type) {
        if (type == CKM.RSA_PKCS_OAEP) {
            return Optional.of(type);
        }
        if (type == CKM.ECDH1_DERIVE || type == CKM.ECDH1_COFACTOR_DERIVE) {
            return Optional.of(CKM.ECDH1_DERIVE);
        }
        return SigningMechanism.of(type).map(SigningMechanism::raw);
    }

    private static long keyTypeOf(long raw) {
        if (raw == CKM.ECDSA || raw == CKM.ECDH1_DERIVE) {
            return CKK.EC;
        }
        return raw == CKM.EDDSA ? CKK.EC_EDWARDS : CKK.RSA;
    }

    private static Operation.Kind kind(long raw) {
        if (raw == CKM.ECDH1_DERIVE) {
            return Operation.Kind.DERIVE;
        }
        return raw == CKM.RSA_PKCS_OAEP ? Operation.Kind.DECRYPT : Operation.Kind.SIGN;
    }
}
