package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.KeyFit;
import org.remotepkcs11.proxy.cards.RsaMechanisms;
import org.remotepkcs11.proxy.cards.Unfit;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Operation.Parameters;
import org.remotepkcs11.wire.RefusedException;

/**
 * One key in one session, helped out where its token can do less than PKCS #11 describes.
 *
 * @param context the PIN for keys that ask for it every time, else {@code null}
 */
record KeyUse(CkSession session, CardKey key, CardPin context) {
    private static final Set<Long> PADDED = Set.of(Mechanisms.RSA_PKCS_PSS, Mechanisms.RSA_PKCS_OAEP);

    /** @throws RefusedException INPUT_INVALID, MECHANISM_FORBIDDEN */
    byte[] apply(Operation operation) throws CkException, RefusedException {
        KeyFit.check(key.object(), operation);
        if (operation.kind() == Operation.Kind.DERIVE) {
            return derive(operation);
        }
        try {
            return session.run(key.handle(), operation, context);
        } catch (CkException e) {
            if (!isHelpful(e, operation)) {
                throw e;
            }
            return overPlainRsa(operation);
        }
    }

    /** SoftHSM also takes an OAEP label, forgets it, and fails. */
    private static boolean isHelpful(CkException failure, Operation operation) {
        boolean labelled = operation.parameters() instanceof Parameters.Oaep oaep && oaep.label().length > 0;
        return PADDED.contains(operation.mechanism()) && (failure.isOfMechanism() || labelled && failure.isVague());
    }

    /** SoftHSM does OAEP with SHA-1 only and PSS with equal hashes only; plain RSA it does. */
    private byte[] overPlainRsa(Operation operation) throws CkException, RefusedException {
        try {
            RSAKeyParameters modulus = (RSAKeyParameters) PublicKeyFactory.createKey(key.object().publicKey());
            int bytes = (modulus.getModulus().bitLength() + 7) / 8;
            return new RsaMechanisms(() -> new CardRsaEngine(block -> plainRsa(operation, block), bytes), modulus)
                    .apply(operation);
        } catch (CryptoException e) {
            if (e.getCause() instanceof CkException card) {
                throw card;
            }
            throw Unfit.input(e);
        } catch (IOException | ClassCastException e) {
            throw Unfit.mechanism(operation, "own");
        }
    }

    private byte[] plainRsa(Operation operation, byte[] block) throws CkException {
        return session.run(key.handle(), new Operation(operation.key(), operation.kind(), Mechanisms.RSA_X_509,
                Operation.NO_PARAMETERS, block), context);
    }

    /** The standard lets a token want the other party's point bare or in a DER OCTET STRING. */
    private byte[] derive(Operation operation) throws CkException, RefusedException {
        if (!(operation.parameters() instanceof Parameters.Ecdh ecdh)) {
            throw Unfit.mechanism(operation, "own");
        }
        int secretBytes = PublicKeyInfo.coordinateBytes(key.object().publicKey());
        try {
            return session.derive(key.handle(), operation, secretBytes);
        } catch (CkException e) {
            if (!e.isOfMechanism()) {
                throw e;
            }
            Operation wrapped = new Operation(operation.key(), operation.kind(), operation.mechanism(),
                    new Parameters.Ecdh(wrapped(ecdh.publicPoint())), operation.input());
            return session.derive(key.handle(), wrapped, secretBytes);
        }
    }

    private static byte[] wrapped(byte[] point) throws RefusedException {
        try {
            return new DEROctetString(point).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw Unfit.input(e);
        }
    }
}
