package org.remotepkcs11.provider;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/**
 * ECDSA, FIPS 186-5 section 6.4.
 *
 * @param hash absent for NONEwithECDSA, where the caller gives the digest
 * @param p1363 whether signatures are r‖s (IEEE P1363) rather than DER (RFC 3279 section 2.2.3)
 */
record EcdsaScheme(Optional<Hash> hash, boolean p1363) implements SignatureScheme {
    private static final int MAX_DIGEST_BYTES = 64;

    @Override
    public String standardName() {
        return hash.map(Hash::inSignatures).orElse("NONE") + "withECDSA" + (p1363 ? "inP1363Format" : "");
    }

    @Override
    public Intake intake() {
        return hash.<Intake>map(used -> new Intake.Digest(used.digest()))
                .orElseGet(() -> new Intake.Whole(MAX_DIGEST_BYTES, "NONEwithECDSA signs a digest, not a document"));
    }

    @Override
    public void require(RemotePrivateKey key) throws InvalidKeyException {
        if (!(key instanceof RemoteEcPrivateKey)) {
            throw new InvalidKeyException(standardName() + " needs an EC key, not " + key.getAlgorithm());
        }
        key.require(Operation.Kind.SIGN, Mechanisms.ECDSA);
    }

    @Override
    public Mechanism mechanism() {
        return new Mechanism(Mechanisms.ECDSA);
    }

    /** The leftmost octets that the curve's order has room for; some cards refuse longer digests. */
    @Override
    public byte[] input(RemotePrivateKey key, byte[] collected) {
        return Arrays.copyOf(collected, Math.min(collected.length, ((RemoteEcPrivateKey) key).orderOctets()));
    }

    @Override
    public byte[] encode(RemotePrivateKey key, byte[] output) throws SignatureException {
        int half = ((RemoteEcPrivateKey) key).orderOctets();
        if (output.length != 2 * half) {
            throw new SignatureException("the card answered " + output.length + " bytes; an ECDSA signature of this "
                    + "key has " + 2 * half);
        }
        if (p1363) {
            return output;
        }
        byte[] r = integer(Arrays.copyOfRange(output, 0, half));
        byte[] s = integer(Arrays.copyOfRange(output, half, 2 * half));
        byte[] both = new byte[r.length + s.length];
        System.arraycopy(r, 0, both, 0, r.length);
        System.arraycopy(s, 0, both, r.length, s.length);
        return tagged(0x30, both);
    }

    private static byte[] integer(byte[] unsigned) {
        return tagged(0x02, new BigInteger(1, unsigned).toByteArray());
    }

    /** DER; at most 255 bytes of content, enough for curves of up to 900 bits. */
    private static byte[] tagged(int tag, byte[] content) {
        boolean isLong = content.length > 127;
        byte[] der = new byte[content.length + (isLong ? 3 : 2)];
        der[0] = (byte) tag;
        der[1] = (byte) (isLong ? 0x81 : content.length);
        if (isLong) {
            der[2] = (byte) content.length;
        }
        System.arraycopy(content, 0, der, der.length - content.length, content.length);
        return der;
    }
}
