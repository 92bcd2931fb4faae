package org.remotepkcs11.provider;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jcajce.spec.UserKeyingMaterialSpec;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * ECDH with a key on a card, SEC 1 section 3.3.1, alone or with the X9.63 key derivation function of CMS (RFC 5753,
 * names and parameters as Bouncy Castle uses them).
 */
final class RemoteEcdh extends KeyAgreementSpi {
    private final Optional<X963> derivation;
    private RemoteEcPrivateKey key;
    private byte[] sharedInfo = new byte[0];
    private byte[] secret;
    /** Agrees with a key of software, which comes here where Java had to choose the provider before it knew the key. */
    private KeyAgreement elsewhere;

    RemoteEcdh(Optional<X963> derivation) {
        this.derivation = derivation;
    }

    @Override
    protected void engineInit(Key given, SecureRandom random) throws InvalidKeyException {
        reset();
        if (given instanceof RemoteEcPrivateKey ec) {
            ec.require(Operation.Kind.DERIVE, Mechanisms.ECDH1_DERIVE);
            key = ec;
        } else {
            elsewhere = elsewhere(given, null, random);
        }
    }

    @Override
    protected void engineInit(Key given, AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (!(given instanceof RemoteEcPrivateKey) && parameters != null) {
            reset();
            elsewhere = elsewhere(given, parameters, random);
            return;
        }
        engineInit(given, random);
        if (derivation.isPresent() && parameters instanceof UserKeyingMaterialSpec material) {
            sharedInfo = material.getUserKeyingMaterial();
        } else if (parameters != null) {
            throw new InvalidAlgorithmParameterException("ECDH takes no parameters; with a key derivation function it "
                    + "takes a UserKeyingMaterialSpec");
        }
    }

    private void reset() {
        forget();
        key = null;
        elsewhere = null;
        sharedInfo = new byte[0];
    }

    private KeyAgreement elsewhere(Key given, AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException {
        String name = derivation.map(X963::agreement).orElse("ECDH");
        return OtherProviders.start("KeyAgreement", name, provider -> {
            KeyAgreement other = KeyAgreement.getInstance(name, provider);
            if (parameters == null) {
                other.init(given, random);
            } else {
                other.init(given, parameters, random);
            }
            return other;
        });
    }

    /** Asks the card: of all calls of this class this one may say why a key is refused. */
    @Override
    protected Key engineDoPhase(Key other, boolean last) throws InvalidKeyException {
        if (elsewhere != null) {
            return elsewhere.doPhase(other, last);
        }
        if (key == null) {
            throw new IllegalStateException("not initialised");
        }
        if (!last) {
            throw new IllegalStateException("ECDH has one phase");
        }
        if (!(other instanceof ECPublicKey point) || !sameCurve(point.getParams(), key.getParams())) {
            throw new InvalidKeyException("the other party's key is not of the same curve");
        }
        forget();
        try {
            Operation.Parameters.Ecdh parameters = new Operation.Parameters.Ecdh(uncompressed(point));
            secret = key.apply(Operation.Kind.DERIVE, new Mechanism(Mechanisms.ECDH1_DERIVE, parameters), new byte[0]);
        } catch (RefusedException e) {
            throw JcaErrors.use(e);
        }
        return null;
    }

    private static boolean sameCurve(ECParameterSpec one, ECParameterSpec other) {
        return one.getCurve().equals(other.getCurve()) && one.getGenerator().equals(other.getGenerator())
                && one.getOrder().equals(other.getOrder());
    }

    /** SEC 1 section 2.3.3. */
    private byte[] uncompressed(ECPublicKey point) {
        int octets = key.fieldOctets();
        byte[] encoded = new byte[1 + 2 * octets];
        encoded[0] = 4;
        put(point.getW().getAffineX(), encoded, 1, octets);
        put(point.getW().getAffineY(), encoded, 1 + octets, octets);
        return encoded;
    }

    private static void put(BigInteger coordinate, byte[] into, int offset, int octets) {
        byte[] bytes = coordinate.toByteArray();
        int skipped = Math.max(0, bytes.length - octets);
        System.arraycopy(bytes, skipped, into, offset + octets - (bytes.length - skipped), bytes.length - skipped);
    }

    @Override
    protected byte[] engineGenerateSecret() {
        if (elsewhere != null) {
            return elsewhere.generateSecret();
        }
        if (secret == null) {
            throw new IllegalStateException("no key was agreed on: doPhase first");
        }
        byte[] given = secret;
        secret = null;
        return given;
    }

    @Override
    protected int engineGenerateSecret(byte[] into, int offset) throws ShortBufferException {
        if (elsewhere != null) {
            return elsewhere.generateSecret(into, offset);
        }
        if (secret != null && into.length - offset < secret.length) {
            throw new ShortBufferException("room for " + secret.length + " bytes is needed");
        }
        byte[] given = engineGenerateSecret();
        System.arraycopy(given, 0, into, offset, given.length);
        Arrays.fill(given, (byte) 0);
        return given.length;
    }

    @Override
    protected SecretKey engineGenerateSecret(String algorithm) throws NoSuchAlgorithmException, InvalidKeyException {
        if (elsewhere != null) {
            return elsewhere.generateSecret(algorithm);
        }
        if (derivation.isEmpty() && !algorithm.equals("TlsPremasterSecret") && !algorithm.equals("Generic")) {
            throw new NoSuchAlgorithmException("a bare ECDH secret is no " + algorithm + " key: derive one from it");
        }
        byte[] agreed = engineGenerateSecret();
        try {
            byte[] derived = derivation.isEmpty() ? agreed : derivation.get().derive(agreed, sharedInfo, algorithm);
            return new SecretKeySpec(derived, derivation.isEmpty() ? algorithm : X963.keyAlgorithm(algorithm));
        } finally {
            Arrays.fill(agreed, (byte) 0);
        }
    }

    private void forget() {
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
            secret = null;
        }
    }
}
