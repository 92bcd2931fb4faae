package org.remotepkcs11.provider;

import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.SoftwareProviders;

/**
 * Signs with a key on a card. What needs no card another provider does: verifying, and signing with a key of software,
 * which comes here where a program makes Java choose the provider before it shows the key.
 */
final class RemoteSignature extends SignatureSpi {
    private SignatureScheme scheme;
    private RemotePrivateKey key;
    private Intake intake;
    private boolean begun;
    private Signature elsewhere;

    RemoteSignature(SignatureScheme scheme) {
        this.scheme = scheme;
    }

    @Override
    protected void engineInitSign(PrivateKey given) throws InvalidKeyException {
        reset();
        if (given instanceof RemotePrivateKey remote) {
            scheme.require(remote);
            key = remote;
        } else {
            elsewhere = elsewhere(other -> other.initSign(given));
        }
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        reset();
        elsewhere = elsewhere(other -> other.initVerify(publicKey));
    }

    private void reset() {
        elsewhere = null;
        key = null;
        intake = null;
        begun = false;
    }

    private Signature elsewhere(OtherProviders.Start<Signature> start) throws InvalidKeyException {
        String name = scheme.standardName();
        return OtherProviders.start("Signature", name, provider -> {
            Signature other = Signature.getInstance(name, provider);
            if (scheme.parameters().isPresent()) {
                other.setParameter(scheme.parameters().get());
            }
            start.with(other);
            return other;
        });
    }

    @Override
    protected void engineUpdate(byte value) throws SignatureException {
        engineUpdate(new byte[] {value}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
        if (elsewhere != null) {
            elsewhere.update(bytes, offset, length);
        } else {
            open().add(bytes, offset, length);
        }
    }

    @Override
    protected void engineUpdate(ByteBuffer bytes) {
        try {
            if (elsewhere != null) {
                elsewhere.update(bytes);
            } else {
                open().add(bytes);
            }
        } catch (SignatureException e) {
            throw new ProviderException(e.getMessage(), e);
        }
    }

    private Intake open() throws SignatureException {
        if (intake == null) {
            Intake fresh = scheme.intake();
            intake = fresh instanceof Intake.Digest && key != null && key.tellsWhatItSigns() ? new Intake.Keeping(fresh)
                    : fresh;
        }
        begun = true;
        return intake;
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        if (elsewhere != null) {
            return elsewhere.sign();
        }
        byte[] toBeSigned = open().whole();
        byte[] collected = intake.take();
        begun = false;
        if (key.isDestroyed()) {
            throw new SignatureException("the key was destroyed");
        }
        try {
            byte[] output = key.sign(scheme.mechanism(), scheme.input(key, collected), toBeSigned);
            return scheme.encode(key, output);
        } catch (RefusedException e) {
            throw JcaErrors.sign(e);
        }
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        return elsewhere.verify(signature);
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        SignatureScheme changed = scheme.with(parameters);
        if (changed == scheme) {
            return;
        }
        if (begun) {
            throw new InvalidAlgorithmParameterException("parameters cannot change once the message has begun");
        }
        try {
            if (key != null) {
                changed.require(key);
            }
        } catch (InvalidKeyException e) {
            throw new InvalidAlgorithmParameterException(e.getMessage(), e);
        }
        if (elsewhere != null) {
            elsewhere.setParameter(parameters);
        }
        scheme = changed;
        intake = null;
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        if (scheme.parameters().isEmpty()) {
            return null;
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(RsaPssScheme.NAME,
                    SoftwareProviders.first("AlgorithmParameters", RsaPssScheme.NAME));
            parameters.init(scheme.parameters().get());
            return parameters;
        } catch (GeneralSecurityException e) {
            throw new ProviderException("cannot encode the parameters of " + scheme.standardName(), e);
        }
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
        throw new InvalidParameterException("use setParameter(AlgorithmParameterSpec)");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
        throw new InvalidParameterException("use getParameters()");
    }
}
