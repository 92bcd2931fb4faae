package org.remotepkcs11.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/**
 * A key of {@code vectors/keys.txt}. Signs always the same, so that the vectors can be made again: Ed25519 by the JDK,
 * ECDSA as in RFC 6979 and PSS with a salt of zeros by Bouncy Castle.
 */
record TestKey(String name, PublicKey publicKey, PrivateKey privateKey) {
    private static final Map<String, TestKey> KEYS = load();
    private static final int SALT_BYTES = 32;

    static TestKey of(String name) {
        TestKey key = KEYS.get(name);
        if (key == null) {
            throw new AssertionError("no key " + name);
        }
        return key;
    }

    private static Map<String, TestKey> load() {
        try {
            return Vector.read("keys.txt", Set.of("name", "about", "private", "public")).stream()
                    .map(TestKey::of).collect(Collectors.toMap(TestKey::name, key -> key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestKey of(Vector vector) {
        String name = vector.text("name");
        String algorithm = name.endsWith("x25519") ? "X25519" : name.endsWith("ed25519") ? "Ed25519" : name.endsWith("rsa") ? "RSA" : "EC";
        try {
            KeyFactory factory = KeyFactory.getInstance(algorithm);
            return new TestKey(name, factory.generatePublic(new X509EncodedKeySpec(vector.hex("public"))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(vector.hex("private"))));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Of an X25519 key. */
    AsymmetricCipherKeyPair agreement() {
        try {
            return new AsymmetricCipherKeyPair(PublicKeyFactory.createKey(publicKey.getEncoded()),
                    PrivateKeyFactory.createKey(privateKey.getEncoded()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** An X25519 key as the proxy's of a session. */
    PinKey pinKey() {
        return new PinKey(agreement());
    }

    Id fingerprint() {
        return Fingerprint.of(publicKey);
    }

    MessageSigner signer() {
        return MessageSigner.of(privateKey, publicKey);
    }

    byte[] sign(Prefix prefix, byte[] body) {
        return sign(prefix, body, SALT_BYTES);
    }

    byte[] sign(Prefix prefix, byte[] body, int saltBytes) {
        if (name.endsWith("ed25519")) {
            return byTheJdk(prefix, body);
        }
        Signer signer = name.endsWith("rsa") ? new PSSSigner(new RSABlindedEngine(), SHA256Digest.newInstance(),
                        SHA256Digest.newInstance(), new byte[saltBytes])
                : new DSADigestSigner(new ECDSASigner(new HMacDSAKCalculator(SHA256Digest.newInstance())),
                        SHA256Digest.newInstance(), StandardDSAEncoding.INSTANCE);
        try {
            AsymmetricKeyParameter key = PrivateKeyFactory.createKey(privateKey.getEncoded());
            signer.init(true, key);
            signer.update(prefix.bytes(), 0, prefix.bytes().length);
            signer.update(body, 0, body.length);
            return signer.generateSignature();
        } catch (IOException | CryptoException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] byTheJdk(Prefix prefix, byte[] body) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(prefix.bytes());
            signature.update(body);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** r‖s instead of DER, as PKCS #11 has it. */
    static byte[] plain(byte[] der) {
        BigInteger[] numbers;
        try {
            numbers = StandardDSAEncoding.INSTANCE.decode(null, der);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (BigInteger number : numbers) {
            byte[] bytes = number.toByteArray();
            byte[] padded = new byte[SALT_BYTES];
            int length = Math.min(bytes.length, padded.length);
            System.arraycopy(bytes, bytes.length - length, padded, padded.length - length, length);
            plain.writeBytes(padded);
        }
        return plain.toByteArray();
    }
}
