package org.remotepkcs11.pkcs11.crypto;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.util.Memoable;

/**
 * The platform's own hash, which runs on the processor's instructions. Its provider is asked for by name: if a host
 * has put SunPKCS11 over this very module first in its list, a search through all providers would never end.
 */
final class PlatformDigest implements ExtendedDigest, Memoable {
    private static final String PROVIDER = "SUN";

    private final int blockLength;
    private MessageDigest digest;

    private PlatformDigest(MessageDigest digest, int blockLength) {
        this.digest = digest;
        this.blockLength = blockLength;
    }

    static PlatformDigest of(String name) {
        try {
            return new PlatformDigest(MessageDigest.getInstance(name, PROVIDER), blockLength(name));
        } catch (NoSuchAlgorithmException | NoSuchProviderException e) {
            throw new IllegalStateException("the provider " + PROVIDER + " of OpenJDK has " + name, e);
        }
    }

    private static int blockLength(String name) {
        if (name.startsWith("SHA3-")) {
            return 200 - 2 * Integer.parseInt(name.substring(5)) / 8;
        }
        return name.startsWith("SHA-384") || name.startsWith("SHA-512") ? 128 : 64;
    }

    @Override
    public String getAlgorithmName() {
        return digest.getAlgorithm();
    }

    @Override
    public int getDigestSize() {
        return digest.getDigestLength();
    }

    @Override
    public int getByteLength() {
        return blockLength;
    }

    @Override
    public void update(byte in) {
        digest.update(in);
    }

    @Override
    public void update(byte[] in, int offset, int length) {
        digest.update(in, offset, length);
    }

    @Override
    public int doFinal(byte[] out, int offset) {
        try {
            return digest.digest(out, offset, digest.getDigestLength());
        } catch (DigestException e) {
            throw new IllegalArgumentException("no room for the digest", e);
        }
    }

    @Override
    public void reset() {
        digest.reset();
    }

    @Override
    public Memoable copy() {
        return new PlatformDigest(copyOf(digest), blockLength);
    }

    @Override
    public void reset(Memoable other) {
        digest = copyOf(((PlatformDigest) other).digest);
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("digests of OpenJDK can be cloned", e);
        }
    }
}
