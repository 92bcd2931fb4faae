package org.remotepkcs11.pkcs11.application;

import java.util.Set;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.crypto.PublicKeys;
import org.remotepkcs11.pkcs11.crypto.RawPrivateKey;
import org.remotepkcs11.pkcs11.crypto.RsaPadding;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** A private key on a card. Formats that the card does not know are made here around its bare RSA, if it has that. */
final class RemoteKey implements RawPrivateKey {
    /** What can be made around {@code CKM_RSA_X_509}. */
    private static final Set<Long> PADDED = Set.of(CKM.RSA_PKCS, CKM.RSA_PKCS_PSS, CKM.RSA_PKCS_OAEP);

    /** Sends one operation to the card. */
    interface Card {
        /** @throws org.remotepkcs11.pkcs11.cryptoki.CkException as the refusal says */
        byte[] use(Operation operation);
    }

    private final RemoteCard card;
    private final PrivateKeyObject key;
    private final AsymmetricKeyParameter publicKey;
    private final Card use;

    RemoteKey(RemoteCard card, PrivateKeyObject key, Card use) {
        this.card = card;
        this.key = key;
        this.publicKey = PublicKeys.decode(key.publicKey());
        this.use = use;
    }

    /** Whether keys on the card can be used so, with formats made here. */
    static boolean canApply(RemoteCard card, Operation.Kind kind, long mechanism) {
        if (card.mechanisms().contains(mechanism)) {
            return true;
        }
        return kind != Operation.Kind.DERIVE && PADDED.contains(mechanism)
                && card.mechanisms().contains(CKM.RSA_X_509);
    }

    @Override
    public AsymmetricKeyParameter publicKey() {
        return publicKey;
    }

    @Override
    public boolean can(Operation.Kind kind, long mechanism) {
        return canApply(card, kind, mechanism);
    }

    @Override
    public boolean wantsToBeSigned() {
        return card.documentBound();
    }

    @Override
    public byte[] sign(long mechanism, Operation.Parameters parameters, byte[] input, byte[] toBeSigned) {
        if (takes(mechanism, parameters)) {
            return use.use(new Operation(key.fingerprint(), Operation.Kind.SIGN, mechanism, parameters, input, toBeSigned));
        }
        return apply(Operation.Kind.SIGN, mechanism, parameters, input);
    }

    private boolean takes(long mechanism, Operation.Parameters parameters) {
        return card.mechanisms().contains(mechanism) && !isUncommon(parameters);
    }

    @Override
    public byte[] apply(Operation.Kind kind, long mechanism, Operation.Parameters parameters, byte[] input) {
        if (takes(mechanism, parameters)) {
            return use.use(new Operation(key.fingerprint(), kind, mechanism, parameters, input));
        }
        RsaPadding padding = new RsaPadding((RSAKeyParameters) publicKey, block -> use.use(
                new Operation(key.fingerprint(), kind, CKM.RSA_X_509, Operation.NO_PARAMETERS, block)));
        return kind == Operation.Kind.SIGN ? padding.sign(mechanism, parameters, input)
                : padding.decrypt(mechanism, parameters, input);
    }

    /** Few cards take these parameters even where they know the mechanism. */
    private boolean isUncommon(Operation.Parameters parameters) {
        return card.mechanisms().contains(CKM.RSA_X_509) && RsaPadding.isUncommon(parameters);
    }
}
