package org.remotepkcs11.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/**
 * RSASSA-PSS, RFC 8017 section 8.1.
 *
 * @param settings absent until they are set, as RSASSA-PSS demands
 * @param digested whether the caller gives the digest, under the name that Bouncy Castle has for it
 */
record RsaPssScheme(Optional<Settings> settings, boolean digested) implements SignatureScheme {
    /** Also of the parameters. */
    static final String NAME = "RSASSA-PSS";

    private static final int TRAILER = 1;

    /** @param salt bytes */
    record Settings(Hash hash, Hash mgf, int salt) {
        PSSParameterSpec spec() {
            return new PSSParameterSpec(hash.digestName(), "MGF1", new MGF1ParameterSpec(mgf.digestName()), salt,
                    TRAILER);
        }
    }

    /** With the usual parameters of one hash: MGF1 with the same, salt of its length. */
    static RsaPssScheme of(Hash hash) {
        return new RsaPssScheme(Optional.of(new Settings(hash, hash, hash.length())), false);
    }

    @Override
    public String standardName() {
        return digested ? "NONEwith" + NAME : NAME;
    }

    @Override
    public Intake intake() throws SignatureException {
        Hash hash = inForce().hash();
        return digested ? new Intake.Whole(hash.length(), standardName() + " signs a digest, not a document")
                : new Intake.Digest(hash.digest());
    }

    private Settings inForce() throws SignatureException {
        return settings.orElseThrow(
                () -> new SignatureException("RSASSA-PSS needs parameters: setParameter(PSSParameterSpec)"));
    }

    @Override
    public void require(RemotePrivateKey key) throws InvalidKeyException {
        if (!(key instanceof RemoteRsaPrivateKey rsa)) {
            throw new InvalidKeyException("RSASSA-PSS needs an RSA key, not " + key.getAlgorithm());
        }
        rsa.require(Operation.Kind.SIGN, Mechanisms.RSA_PKCS_PSS);
        if (settings.isPresent()) {
            rsa.requirePss(settings.get().hash(), settings.get().salt());
        }
    }

    @Override
    public Mechanism mechanism() {
        Settings used = settings.orElseThrow(() -> new IllegalStateException("no intake without parameters"));
        return new Mechanism(Mechanisms.RSA_PKCS_PSS,
                new Operation.Parameters.Pss(used.hash().mechanism(), used.mgf().mgf(), used.salt()));
    }

    @Override
    public byte[] input(RemotePrivateKey key, byte[] collected) throws SignatureException {
        Hash hash = inForce().hash();
        if (collected.length != hash.length()) {
            throw new SignatureException("a digest by " + hash.digestName() + " has " + hash.length() + " bytes, not "
                    + collected.length);
        }
        return collected;
    }

    @Override
    public byte[] encode(RemotePrivateKey key, byte[] output) {
        return output;
    }

    @Override
    public Optional<AlgorithmParameterSpec> parameters() {
        return settings.map(Settings::spec);
    }

    @Override
    public RsaPssScheme with(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        if (!(parameters instanceof PSSParameterSpec pss)) {
            throw new InvalidAlgorithmParameterException("RSASSA-PSS takes a PSSParameterSpec");
        }
        if (!"MGF1".equalsIgnoreCase(pss.getMGFAlgorithm()) || pss.getTrailerField() != TRAILER) {
            throw new InvalidAlgorithmParameterException("cards make PSS with MGF1 and trailer field 1 only");
        }
        String mgf = pss.getMGFParameters() instanceof MGF1ParameterSpec mgf1 ? mgf1.getDigestAlgorithm()
                : pss.getDigestAlgorithm();
        return new RsaPssScheme(Optional.of(
                new Settings(fitting(pss.getDigestAlgorithm()), fitting(mgf), pss.getSaltLength())), digested);
    }

    private static Hash fitting(String name) throws InvalidAlgorithmParameterException {
        return Hash.named(name).filter(Hash::fitsPss)
                .orElseThrow(() -> new InvalidAlgorithmParameterException("cards do not make PSS with " + name));
    }
}
