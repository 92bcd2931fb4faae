package org.remotepkcs11.provider;

import java.security.InvalidKeyException;
import java.util.Optional;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/** RSASSA-PKCS1-v1_5, RFC 8017 section 8.2. @param hash absent for NONEwithRSA, where the caller gives what is padded */
record RsaPkcs1Scheme(Optional<Hash> hash) implements SignatureScheme {
    /** More than fits under any key. */
    private static final int MAX_RAW_BYTES = 2048;

    @Override
    public String standardName() {
        return hash.map(Hash::inSignatures).orElse("NONE") + "withRSA";
    }

    @Override
    public Intake intake() {
        return hash.<Intake>map(used -> new Intake.Digest(used.digest()))
                .orElseGet(() -> new Intake.Whole(MAX_RAW_BYTES, "NONEwithRSA signs a DigestInfo, not a document"));
    }

    @Override
    public void require(RemotePrivateKey key) throws InvalidKeyException {
        if (!(key instanceof RemoteRsaPrivateKey rsa)) {
            throw new InvalidKeyException(standardName() + " needs an RSA key, not " + key.getAlgorithm());
        }
        rsa.require(Operation.Kind.SIGN, Mechanisms.RSA_PKCS);
        if (hash.isPresent()) {
            rsa.requirePkcs1(hash.get().digestInfoLength());
        }
    }

    @Override
    public Mechanism mechanism() {
        return new Mechanism(Mechanisms.RSA_PKCS);
    }

    @Override
    public byte[] input(RemotePrivateKey key, byte[] collected) {
        return hash.map(used -> used.digestInfo(collected)).orElse(collected);
    }

    @Override
    public byte[] encode(RemotePrivateKey key, byte[] output) {
        return output;
    }
}
