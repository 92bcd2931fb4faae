package org.remotepkcs11.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.crypto.params.HKDFParameters;

/** Makes of a virtual PIN what proves it to one proxy: Argon2id (RFC 9106 version 1.3), then HKDF-SHA256 (RFC 5869). */
public final class PinProof {
    private PinProof() {
    }

    /**
     * @param pin   stays the caller's to wipe
     * @param proxy {@link Fingerprint} of the proxy's reply key
     * @return {@link Secret#PROOF_BYTES} bytes, the caller's to wipe
     */
    public static byte[] derive(char[] pin, PinDerivation derivation, Id proxy) {
        byte[] utf8 = utf8(pin);
        byte[] stretched = new byte[Secret.PROOF_BYTES];
        byte[] salt = derivation.salt().bytes();
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt)
                .withMemoryAsKB(derivation.memoryKib())
                .withIterations(derivation.iterations())
                .withParallelism(derivation.parallelism())
                .build();
        try {
            Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
            argon2.init(parameters);
            argon2.generateBytes(utf8, stretched);
            return expand(stretched, proxy);
        } finally {
            Arrays.fill(utf8, (byte) 0);
            Arrays.fill(stretched, (byte) 0);
        }
    }

    private static byte[] expand(byte[] stretched, Id proxy) {
        byte[] prefix = Prefix.PIN_PROOF.bytes();
        byte[] info = Arrays.copyOf(prefix, prefix.length + proxy.length());
        System.arraycopy(proxy.value(), 0, info, prefix.length, proxy.length());
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(SHA256Digest.newInstance());
        hkdf.init(new HKDFParameters(stretched, null, info));
        byte[] proof = new byte[Secret.PROOF_BYTES];
        hkdf.generateBytes(proof, 0, proof.length);
        return proof;
    }

    private static byte[] utf8(char[] pin) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }
}
