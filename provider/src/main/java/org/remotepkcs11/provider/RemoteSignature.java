package org.remotepkcs11.provider;

import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.SoftwareProviders;

/** Signs with a key on a card; verifies with another provider, since a public key needs no card. */
final class RemoteSignature extends SignatureSpi {
    private SignatureScheme scheme;
    private RemotePrivateKey key;
    private Intake intake;
    private boolean begun;
    private Signature verifier;

    RemoteSignature(SignatureScheme scheme) {
        this.scheme = scheme;
    }

    @Override
    protected void engineInitSign(PrivateKey given) throws InvalidKeyException {
        verifier = null;
        key = null;
        intake = null;
        begun = false;
        if (!(given instanceof RemotePrivateKey remote)) {
            throw new InvalidKeyException("not a key of a remote card; another provider signs with it");
        }
        scheme.require(remote);
        key = remote;
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        key = null;
        intake = null;
        begun = false;
        try {
            verifier = Signature.getInstance(scheme.standardName(),
                    SoftwareProviders.first("Signature", scheme.standardName()));
            if (scheme.parameters().isPresent()) {
                verifier.setParameter(scheme.parameters().get());
            }
            verifier.initVerify(publicKey);
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new InvalidKeyException("no other provider verifies " + scheme.standardName(), e);
        }
    }

    @Override
    protected void engineUpdate(byte value) throws SignatureException {
        engineUpdate(new byte[] {value}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
        if (verifier != null) {
            verifier.update(bytes, offset, length);
        } else {
            open().add(bytes, offset, length);
        }
    }

    @Override
    protected void engineUpdate(ByteBuffer bytes) {
        try {
            if (verifier != null) {
                verifier.update(bytes);
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
        return verifier.verify(signature);
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
        if (verifier != null) {
            verifier.setParameter(parameters);
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
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(scheme.standardName(),
                    SoftwareProviders.first("AlgorithmParameters", scheme.standardName()));
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
