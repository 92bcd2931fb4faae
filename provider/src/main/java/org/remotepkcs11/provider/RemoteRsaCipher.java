package org.remotepkcs11.provider;

import java.io.ByteArrayOutputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.SoftwareProviders;

/**
 * Decrypts and unwraps with an RSA key on a card; signs, where a program encrypts with such a key under PKCS #1 padding,
 * as programs did before they had {@code NONEwithRSA}. What needs no card another provider does: it comes here where a
 * program makes Java choose the provider before it shows the key.
 */
final class RemoteRsaCipher extends CipherSpi {
    private String transformation = "RSA";
    private RsaPadding named = RsaPadding.PKCS1;
    private RsaPadding padding = RsaPadding.PKCS1;
    private RemoteRsaPrivateKey key;
    private boolean signing;
    private Cipher elsewhere;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

    @Override
    protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
        if (!"ECB".equalsIgnoreCase(mode)) {
            throw new NoSuchAlgorithmException("RSA has the mode ECB only, not " + mode);
        }
    }

    @Override
    protected void engineSetPadding(String name) throws NoSuchPaddingException {
        named = RsaPadding.named(name);
        transformation = "RSA/ECB/" + name;
        padding = named;
    }

    @Override
    protected void engineInit(int mode, Key given, SecureRandom random) throws InvalidKeyException {
        reset();
        if (given instanceof RemotePrivateKey remote) {
            start(mode, remote, named);
        } else {
            elsewhere = elsewhere(other -> other.init(mode, given, random));
        }
    }

    @Override
    protected void engineInit(int mode, Key given, AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        reset();
        if (given instanceof RemotePrivateKey remote) {
            if (mode == Cipher.UNWRAP_MODE && named.isPkcs1() && parameters != null) {
                // JSSE's parameters for the premaster secret of TLS; told so, it decrypts and checks by itself.
                throw new UnsupportedOperationException("cards unwrap by PKCS #1 padding without parameters");
            }
            start(mode, remote, named.with(parameters));
        } else {
            elsewhere = elsewhere(other -> other.init(mode, given, parameters, random));
        }
    }

    @Override
    protected void engineInit(int mode, Key given, AlgorithmParameters parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        try {
            engineInit(mode, given, parameters == null ? null : parameters.getParameterSpec(OAEPParameterSpec.class),
                    random);
        } catch (InvalidParameterSpecException e) {
            throw new InvalidAlgorithmParameterException("no OAEP parameters", e);
        }
    }

    private void reset() {
        key = null;
        elsewhere = null;
        collected.reset();
    }

    private Cipher elsewhere(OtherProviders.Start<Cipher> start) throws InvalidKeyException {
        return OtherProviders.start("Cipher", "RSA", provider -> {
            Cipher other = Cipher.getInstance(transformation, provider);
            start.with(other);
            return other;
        });
    }

    private void start(int mode, RemotePrivateKey given, RsaPadding used) throws InvalidKeyException {
        if (!(given instanceof RemoteRsaPrivateKey rsa)) {
            throw new InvalidKeyException("RSA needs an RSA key, not " + given.getAlgorithm());
        }
        signing = mode == Cipher.ENCRYPT_MODE;
        if (mode == Cipher.WRAP_MODE || signing && !used.isPkcs1()) {
            throw new InvalidKeyException("a private key decrypts, unwraps, and signs under PKCS #1 padding; encrypt with "
                    + "the public key");
        }
        rsa.require(signing ? Operation.Kind.SIGN : Operation.Kind.DECRYPT, used.mechanism());
        key = rsa;
        padding = used;
    }

    @Override
    protected byte[] engineUpdate(byte[] input, int offset, int length) {
        if (elsewhere != null) {
            return elsewhere.update(input, offset, length);
        }
        // What exceeds the key is told by doFinal; there is no use in holding it all.
        int room = key.size() + 1 - collected.size();
        collected.write(input, offset, Math.min(length, Math.max(0, room)));
        return null;
    }

    @Override
    protected int engineUpdate(byte[] input, int offset, int length, byte[] output, int outputOffset)
            throws ShortBufferException {
        if (elsewhere != null) {
            return elsewhere.update(input, offset, length, output, outputOffset);
        }
        engineUpdate(input, offset, length);
        return 0;
    }

    @Override
    protected byte[] engineDoFinal(byte[] input, int offset, int length)
            throws IllegalBlockSizeException, BadPaddingException {
        if (elsewhere != null) {
            return input == null ? elsewhere.doFinal() : elsewhere.doFinal(input, offset, length);
        }
        if (input != null) {
            engineUpdate(input, offset, length);
        }
        try {
            return signing ? sign() : decrypt();
        } catch (RefusedException e) {
            throw JcaErrors.decrypt(e);
        }
    }

    private byte[] sign() throws IllegalBlockSizeException, RefusedException {
        byte[] whole = taken();
        try {
            key.requirePkcs1(whole.length);
        } catch (InvalidKeyException e) {
            throw new IllegalBlockSizeException(e.getMessage());
        }
        return key.sign(padding.asked(), whole, new byte[0]);
    }

    private byte[] taken() {
        byte[] whole = collected.toByteArray();
        collected.reset();
        if (key.isDestroyed()) {
            throw new ProviderException("the key was destroyed");
        }
        return whole;
    }

    private byte[] decrypt() throws IllegalBlockSizeException, RefusedException {
        byte[] whole = taken();
        if (whole.length != key.size()) {
            throw new IllegalBlockSizeException("this key decrypts exactly " + key.size() + " bytes, not "
                    + (whole.length > key.size() ? "more" : whole.length));
        }
        return key.apply(Operation.Kind.DECRYPT, padding.asked(), whole);
    }

    @Override
    protected int engineDoFinal(byte[] input, int offset, int length, byte[] output, int outputOffset)
            throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
        if (output.length - outputOffset < engineGetOutputSize(length)) {
            throw new ShortBufferException("room for " + engineGetOutputSize(length) + " bytes is needed");
        }
        byte[] plaintext = engineDoFinal(input, offset, length);
        System.arraycopy(plaintext, 0, output, outputOffset, plaintext.length);
        int written = plaintext.length;
        Arrays.fill(plaintext, (byte) 0);
        return written;
    }

    @Override
    protected Key engineUnwrap(byte[] wrapped, String algorithm, int type)
            throws InvalidKeyException, NoSuchAlgorithmException {
        if (elsewhere != null) {
            return elsewhere.unwrap(wrapped, algorithm, type);
        }
        collected.reset();
        engineUpdate(wrapped, 0, wrapped.length);
        byte[] encoded;
        try {
            encoded = decrypt();
        } catch (RefusedException e) {
            throw JcaErrors.use(e);
        } catch (IllegalBlockSizeException e) {
            throw new InvalidKeyException(e.getMessage(), e);
        }
        try {
            return decoded(encoded, algorithm, type);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static Key decoded(byte[] encoded, String algorithm, int type)
            throws InvalidKeyException, NoSuchAlgorithmException {
        if (type == Cipher.SECRET_KEY) {
            return new SecretKeySpec(encoded, algorithm);
        }
        try {
            KeyFactory factory = KeyFactory.getInstance(algorithm, SoftwareProviders.first("KeyFactory", algorithm));
            return type == Cipher.PRIVATE_KEY ? factory.generatePrivate(new PKCS8EncodedKeySpec(encoded))
                    : factory.generatePublic(new X509EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw new InvalidKeyException("what was unwrapped is no " + algorithm + " key", e);
        }
    }

    @Override
    protected byte[] engineWrap(Key toWrap) throws InvalidKeyException, IllegalBlockSizeException {
        if (elsewhere != null) {
            return elsewhere.wrap(toWrap);
        }
        throw new InvalidKeyException("a private key unwraps; wrap with the public key");
    }

    @Override
    protected int engineGetBlockSize() {
        return elsewhere == null ? 0 : elsewhere.getBlockSize();
    }

    @Override
    protected int engineGetOutputSize(int inputLength) {
        return elsewhere == null ? key.size() : elsewhere.getOutputSize(inputLength);
    }

    @Override
    protected int engineGetKeySize(Key given) throws InvalidKeyException {
        if (given instanceof RSAKey other) {
            return other.getModulus().bitLength();
        }
        throw new InvalidKeyException("not an RSA key");
    }

    @Override
    protected byte[] engineGetIV() {
        return null;
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        if (elsewhere != null) {
            return elsewhere.getParameters();
        }
        if (padding.oaep().isEmpty()) {
            return null;
        }
        try {
            AlgorithmParameters parameters =
                    AlgorithmParameters.getInstance("OAEP", SoftwareProviders.first("AlgorithmParameters", "OAEP"));
            parameters.init(padding.oaep().get());
            return parameters;
        } catch (GeneralSecurityException e) {
            throw new ProviderException("cannot encode OAEP parameters", e);
        }
    }
}
