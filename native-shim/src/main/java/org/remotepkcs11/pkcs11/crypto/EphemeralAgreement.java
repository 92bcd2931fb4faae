package org.remotepkcs11.pkcs11.crypto;

import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PublicKeyParameters;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.wire.Operation;

/** A key pair made for one agreement with another party's public key. */
public final class EphemeralAgreement {
    private final RawPrivateKey ours;
    private final byte[] theirs;

    private EphemeralAgreement(RawPrivateKey ours, byte[] theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    /** @param theirs of an algorithm that agrees on keys */
    public static EphemeralAgreement with(AsymmetricKeyParameter theirs) {
        return new EphemeralAgreement(PrivateKeys.raw(switch (PublicKeys.algorithm(theirs)) {
            case X25519 -> new X25519PrivateKeyParameters(PlatformRandom.secure());
            case X448 -> new X448PrivateKeyParameters(PlatformRandom.secure());
            default -> {
                ECKeyPairGenerator generator = new ECKeyPairGenerator();
                generator.init(new ECKeyGenerationParameters(((ECPublicKeyParameters) theirs).getParameters(),
                        PlatformRandom.secure()));
                yield generator.generateKeyPair().getPrivate();
            }
        }), encoded(theirs));
    }

    /** What the other party needs: a point, or the bytes of RFC 7748. */
    public byte[] publicValue() {
        return encoded(ours.publicKey());
    }

    public byte[] sharedSecret() {
        return ours.apply(Operation.Kind.DERIVE, CKM.ECDH1_DERIVE, new Operation.Parameters.Ecdh(theirs), new byte[0]);
    }

    private static byte[] encoded(AsymmetricKeyParameter key) {
        return switch (PublicKeys.algorithm(key)) {
            case X25519 -> ((X25519PublicKeyParameters) key).getEncoded();
            case X448 -> ((X448PublicKeyParameters) key).getEncoded();
            default -> ((ECPublicKeyParameters) key).getQ().getEncoded(false);
        };
    }
}
