package org.remotepkcs11.provider;

import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/** What a card takes off when it decrypts with RSA. @param oaep the parameters, where the padding is OAEP */
record RsaPadding(long mechanism, Optional<OAEPParameterSpec> oaep) {
    static final RsaPadding PKCS1 = new RsaPadding(Mechanisms.RSA_PKCS, Optional.empty());
    static final RsaPadding NONE = new RsaPadding(Mechanisms.RSA_X_509, Optional.empty());

    private static final Pattern NAMED_OAEP = Pattern.compile("OAEPWITH(.+)ANDMGF1PADDING");

    /** By the name in a transformation. As in the JDK, MGF1 has SHA-1 unless parameters say otherwise. */
    static RsaPadding named(String name) throws NoSuchPaddingException {
        String upper = name.toUpperCase(Locale.ROOT);
        switch (upper) {
            case "PKCS1PADDING":
                return PKCS1;
            case "NOPADDING":
                return NONE;
            case "OAEPPADDING":
                return oaep(Hash.SHA1);
            default:
                Matcher matcher = NAMED_OAEP.matcher(upper);
                Optional<Hash> hash = matcher.matches() ? Hash.named(matcher.group(1)) : Optional.empty();
                return oaep(hash.filter(Hash::fitsPss)
                        .orElseThrow(() -> new NoSuchPaddingException("cards do not decrypt with " + name)));
        }
    }

    boolean isPkcs1() {
        return mechanism == Mechanisms.RSA_PKCS;
    }

    private static RsaPadding oaep(Hash hash) {
        return new RsaPadding(Mechanisms.RSA_PKCS_OAEP, Optional.of(new OAEPParameterSpec(hash.digestName(), "MGF1",
                MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT)));
    }

    /** With parameters given at init. */
    RsaPadding with(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        if (parameters == null) {
            return this;
        }
        if (oaep.isEmpty() || !(parameters instanceof OAEPParameterSpec given)) {
            throw new InvalidAlgorithmParameterException("only OAEP takes parameters, and they are an OAEPParameterSpec");
        }
        RsaPadding changed = new RsaPadding(mechanism, Optional.of(given));
        changed.requireKnown(given);
        return changed;
    }

    private void requireKnown(OAEPParameterSpec given) throws InvalidAlgorithmParameterException {
        boolean known = "MGF1".equalsIgnoreCase(given.getMGFAlgorithm())
                && given.getMGFParameters() instanceof MGF1ParameterSpec
                && given.getPSource() instanceof PSource.PSpecified
                && hash(given.getDigestAlgorithm()).isPresent() && hash(mgf(given)).isPresent();
        if (!known) {
            throw new InvalidAlgorithmParameterException("cards decrypt OAEP with MGF1 and SHA-1, SHA-2 or SHA-3 only");
        }
        if (label(given).length > MessageBounds.MAX_PARAMETER_BYTES) {
            throw new InvalidAlgorithmParameterException("an OAEP label of more than "
                    + MessageBounds.MAX_PARAMETER_BYTES + " bytes");
        }
    }

    private static Optional<Hash> hash(String name) {
        return Hash.named(name).filter(Hash::fitsPss);
    }

    private static String mgf(OAEPParameterSpec given) {
        return ((MGF1ParameterSpec) given.getMGFParameters()).getDigestAlgorithm();
    }

    private static byte[] label(OAEPParameterSpec given) {
        return ((PSource.PSpecified) given.getPSource()).getValue();
    }

    Mechanism asked() {
        return new Mechanism(mechanism, oaep.<Operation.Parameters>map(used -> new Operation.Parameters.Oaep(
                hash(used.getDigestAlgorithm()).orElseThrow().mechanism(), hash(mgf(used)).orElseThrow().mgf(),
                label(used))).orElse(Operation.NO_PARAMETERS));
    }
}
