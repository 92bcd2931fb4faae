package org.remotepkcs11.pkcs11.crypto;

import java.io.ByteArrayOutputStream;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Operation;

/** What is being signed or verified: hashed as it comes, or gathered where the key takes it whole. */
final class Message {
    private static final int MAX_GATHERED = MessageBounds.MAX_INPUT_BYTES;
    private static final int MAX_KEPT = MessageBounds.MAX_TO_BE_SIGNED_BYTES;

    private final SigningMechanism mechanism;
    private final Operation.Parameters parameters;
    private final AsymmetricKeyParameter publicKey;
    private final Digest digest;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private ByteArrayOutputStream kept;

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    Message(SigningMechanism mechanism, Mechanism asked, AsymmetricKeyParameter publicKey) {
        this.mechanism = mechanism;
        this.publicKey = publicKey;
        this.parameters = parameters(asked);
        this.digest = mechanism.digest().map(DigestAlgorithm::start).orElse(null);
    }

    /** From now on what is hashed is kept too, up to a bound. */
    void keep() {
        kept = new ByteArrayOutputStream();
    }

    /** What was hashed, where it was kept and is short; else empty. */
    byte[] toBeSigned() {
        return digest == null || kept == null || kept.size() > MAX_KEPT ? new byte[0] : kept.toByteArray();
    }

    Operation.Parameters parameters() {
        return parameters;
    }

    /** @throws CkException {@code CKR_DATA_LEN_RANGE} if the key could never take so much */
    void update(byte[] part) {
        if (digest != null) {
            digest.update(part, 0, part.length);
            if (kept != null) {
                kept.write(part, 0, Math.min(part.length, MAX_KEPT + 1 - kept.size()));
            }
            return;
        }
        if (part.length > MAX_GATHERED - gathered.size()) {
            throw new CkException(CKR.DATA_LEN_RANGE, "a key takes at most " + MAX_GATHERED + " bytes at once");
        }
        gathered.write(part, 0, part.length);
    }

    /** As the key takes it. @throws CkException {@code CKR_DATA_LEN_RANGE} */
    byte[] keyInput() {
        byte[] input = gathered.toByteArray();
        if (digest != null) {
            input = new byte[digest.getDigestSize()];
            digest.doFinal(input, 0);
        }
        if (mechanism.raw() == CKM.RSA_PKCS && digest != null) {
            return mechanism.digest().orElseThrow().digestInfo(input);
        }
        checkLength(input.length);
        return mechanism.raw() == CKM.ECDSA ? leftmost(input) : input;
    }

    private void checkLength(int length) {
        boolean fits = true;
        if (mechanism.raw() == CKM.RSA_PKCS) {
            fits = length <= modulusBytes() - 11;
        } else if (mechanism.raw() == CKM.RSA_X_509) {
            fits = length <= modulusBytes();
        } else if (parameters instanceof Operation.Parameters.Pss pss) {
            fits = length == DigestAlgorithm.ofParameter(pss.hash()).length();
        }
        if (!fits) {
            throw new CkException(CKR.DATA_LEN_RANGE);
        }
    }

    /** FIPS 186-5 section 6.4: of a longer hash, as many leading bits as the order has; the card cuts single bits. */
    private byte[] leftmost(byte[] hash) {
        int length = PublicKeys.orderBytes((ECKeyParameters) publicKey);
        return hash.length <= length ? hash : java.util.Arrays.copyOf(hash, length);
    }

    private int modulusBytes() {
        return RsaPadding.modulusBytes((RSAKeyParameters) publicKey);
    }

    private Operation.Parameters parameters(Mechanism asked) {
        if (mechanism.raw() == CKM.RSA_PKCS_PSS) {
            return pss(asked.parameter(MechanismParameter.Pss.class));
        }
        if (mechanism.raw() == CKM.EDDSA && asked.parameter() instanceof MechanismParameter.EdDsa edDsa) {
            if (edDsa.prehash() || edDsa.context().length > 0) {
                throw new CkException(CKR.MECHANISM_PARAM_INVALID, "only pure EdDSA without a context");
            }
            return Operation.NO_PARAMETERS;
        }
        asked.requireNoParameter();
        return Operation.NO_PARAMETERS;
    }

    private Operation.Parameters pss(MechanismParameter.Pss pss) {
        DigestAlgorithm hash = DigestAlgorithm.ofParameter(pss.hash());
        DigestAlgorithm.ofMgf(pss.mgf());
        int room = (((RSAKeyParameters) publicKey).getModulus().bitLength() + 6) / 8 - hash.length() - 2;
        boolean sound = mechanism.digest().map(hash::equals).orElse(true)
                && pss.saltLength() >= 0 && pss.saltLength() <= room;
        if (!sound) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "hash or salt do not fit");
        }
        return new Operation.Parameters.Pss(pss.hash(), pss.mgf(), (int) pss.saltLength());
    }
}
