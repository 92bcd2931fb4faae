package org.remotepkcs11.pkcs11.application;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RefusedException;

/** A key pair of the JDK that plays the key on a card. */
record SoftwareKey(String label, KeyPair pair, Set<Usage> usages, Set<Long> allowedMechanisms,
                   Optional<byte[]> certificate) {
    static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

    private static final Map<Long, String> DIGESTS = Map.of(Mechanisms.SHA_1, "SHA-1", Mechanisms.SHA224, "SHA-224",
            Mechanisms.SHA256, "SHA-256", Mechanisms.SHA384, "SHA-384", Mechanisms.SHA512, "SHA-512",
            Mechanisms.SHA3_224, "SHA3-224", Mechanisms.SHA3_256, "SHA3-256", Mechanisms.SHA3_384, "SHA3-384",
            Mechanisms.SHA3_512, "SHA3-512");
    private static final Map<Long, String> MASKS = Map.of(Mechanisms.MGF1_SHA1, "SHA-1", Mechanisms.MGF1_SHA224,
            "SHA-224", Mechanisms.MGF1_SHA256, "SHA-256", Mechanisms.MGF1_SHA384, "SHA-384", Mechanisms.MGF1_SHA512,
            "SHA-512", Mechanisms.MGF1_SHA3_256, "SHA3-256");
    private static final Set<Usage> COMMON = EnumSet.of(Usage.SENSITIVE, Usage.ALWAYS_SENSITIVE,
            Usage.NEVER_EXTRACTABLE, Usage.LOCAL);
    private static final Map<String, KeyPair> PAIRS = new ConcurrentHashMap<>();

    static SoftwareKey rsa() {
        Set<Usage> usages = EnumSet.of(Usage.SIGN, Usage.DECRYPT, Usage.UNWRAP, Usage.SIGN_RECOVER);
        usages.addAll(COMMON);
        return certified("rsa", pair("RSA", Optional.empty()), usages);
    }

    static SoftwareKey p256() {
        return curve("p256", "secp256r1");
    }

    static SoftwareKey p384() {
        return curve("p384", "secp384r1");
    }

    private static SoftwareKey curve(String label, String curve) {
        Set<Usage> usages = EnumSet.of(Usage.SIGN, Usage.DERIVE);
        usages.addAll(COMMON);
        return certified(label, pair("EC", Optional.of(curve)), usages);
    }

    static SoftwareKey ed25519() {
        Set<Usage> usages = EnumSet.of(Usage.SIGN);
        usages.addAll(COMMON);
        return certified("ed25519", pair("Ed25519", Optional.empty()), usages);
    }

    SoftwareKey with(Usage usage) {
        Set<Usage> more = EnumSet.copyOf(usages);
        more.add(usage);
        return new SoftwareKey(label, pair, more, allowedMechanisms, certificate);
    }

    SoftwareKey without(Usage usage) {
        Set<Usage> fewer = EnumSet.copyOf(usages);
        fewer.remove(usage);
        return new SoftwareKey(label, pair, fewer, allowedMechanisms, certificate);
    }

    SoftwareKey allowing(Set<Long> mechanisms) {
        return new SoftwareKey(label, pair, usages, mechanisms, certificate);
    }

    private static KeyPair pair(String algorithm, Optional<String> curve) {
        return PAIRS.computeIfAbsent(algorithm + curve, name -> {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                if (curve.isPresent()) {
                    generator.initialize(new ECGenParameterSpec(curve.get()));
                } else if (algorithm.equals("RSA")) {
                    generator.initialize(2048);
                }
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static SoftwareKey certified(String label, KeyPair pair, Set<Usage> usages) {
        try {
            X500Name name = new X500Name("CN=Olive " + label);
            Instant now = Instant.parse("2026-01-02T03:04:05Z");
            String algorithm = label.equals("rsa") ? "SHA256withRSA" : label.startsWith("p") ? "SHA256withECDSA" : "Ed25519";
            byte[] der = new JcaX509v3CertificateBuilder(name, BigInteger.valueOf(4711), Date.from(now),
                    Date.from(now.plus(365, ChronoUnit.DAYS)), name, pair.getPublic())
                    .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate())).getEncoded();
            return new SoftwareKey(label, pair, usages, Set.of(), Optional.of(der));
        } catch (OperatorCreationException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Id id() {
        return SoftwareCards.idOf(label);
    }

    PublicKey publicKey() {
        return pair.getPublic();
    }

    PrivateKeyObject object() {
        return new PrivateKeyObject(id(), label, pair.getPublic().getEncoded(), usages, allowedMechanisms);
    }

    byte[] apply(Operation operation) throws RefusedException {
        try {
            return switch (operation.kind()) {
                case SIGN -> sign(operation);
                case DECRYPT -> decrypt(operation);
                case DERIVE -> derive(((Operation.Parameters.Ecdh) operation.parameters()).publicPoint());
            };
        } catch (GeneralSecurityException e) {
            throw new RefusedException(new org.remotepkcs11.wire.Refusal(ErrorCode.INPUT_INVALID, e.toString(), 0,
                    java.time.Duration.ZERO), e);
        }
    }

    private byte[] sign(Operation operation) throws GeneralSecurityException {
        if (operation.mechanism() == Mechanisms.RSA_X_509) {
            return bare(operation.input());
        }
        Signature signature = switch ((int) operation.mechanism()) {
            case (int) Mechanisms.RSA_PKCS -> Signature.getInstance("NONEwithRSA", BOUNCY_CASTLE);
            case (int) Mechanisms.RSA_PKCS_PSS -> Signature.getInstance("RAWRSASSA-PSS", BOUNCY_CASTLE);
            case (int) Mechanisms.ECDSA -> Signature.getInstance("NONEwithECDSAinP1363Format");
            default -> Signature.getInstance("Ed25519");
        };
        if (operation.parameters() instanceof Operation.Parameters.Pss pss) {
            signature.setParameter(new PSSParameterSpec(DIGESTS.get(pss.hash()), "MGF1",
                    mask(pss.mgf()), pss.saltLength(), 1));
        }
        signature.initSign(pair.getPrivate());
        signature.update(operation.input());
        return signature.sign();
    }

    private byte[] bare(byte[] input) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, pair.getPrivate());
        return cipher.doFinal(input);
    }

    private byte[] decrypt(Operation operation) throws GeneralSecurityException {
        if (operation.mechanism() == Mechanisms.RSA_X_509) {
            return bare(operation.input());
        }
        if (operation.parameters() instanceof Operation.Parameters.Oaep oaep) {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.DECRYPT_MODE, pair.getPrivate(), new OAEPParameterSpec(DIGESTS.get(oaep.hash()), "MGF1",
                    mask(oaep.mgf()), new PSource.PSpecified(oaep.label())));
            return cipher.doFinal(operation.input());
        }
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.DECRYPT_MODE, pair.getPrivate());
        return cipher.doFinal(operation.input());
    }

    private static AlgorithmParameterSpec mask(long mgf) {
        return new MGF1ParameterSpec(MASKS.get(mgf));
    }

    private byte[] derive(byte[] point) throws GeneralSecurityException {
        SubjectPublicKeyInfo ours = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        byte[] theirs;
        try {
            theirs = new SubjectPublicKeyInfo(ours.getAlgorithm(), point).getEncoded();
        } catch (java.io.IOException e) {
            throw new GeneralSecurityException(e);
        }
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(pair.getPrivate());
        agreement.doPhase(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(theirs)), true);
        return agreement.generateSecret();
    }
}
