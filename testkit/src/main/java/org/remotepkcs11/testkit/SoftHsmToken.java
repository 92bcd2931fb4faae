package org.remotepkcs11.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A fresh SoftHSM2 token with keys made on it and certificates of a {@link TestAuthority}. All tokens of a JVM are in
 * one folder of its own, which SoftHSM finds in this process by {@code SOFTHSM2_CONF} and in child processes by
 * {@link #environment}. A module that was initialised before the token was made sees it only when it is initialised
 * again.
 */
public final class SoftHsmToken implements AutoCloseable {
    private static final Pattern EC_POINT = Pattern.compile("EC_POINT:\\s+([0-9a-f]+)");
    private static final int SERIAL_DIGITS = 16;

    private final SoftHsmHome home;
    private final String label;
    private final String pin;
    private final Path folder;
    private final TestAuthority authority;
    private final byte[] objectAsMade;
    private final Map<SoftHsmKey, X509Certificate> certificates = new EnumMap<>(SoftHsmKey.class);

    private SoftHsmToken(SoftHsmHome home, String label, TestAuthority authority) throws IOException {
        this.home = home;
        this.label = label;
        this.authority = authority;
        this.pin = "pin-" + randomHex();
        this.folder = initialise();
        this.objectAsMade = Files.readAllBytes(object());
    }

    /**
     * Makes the token.
     *
     * @param label of the token, at most 32 bytes
     * @param keys  RSA-2048 and P-256 if none is given
     * @throws IOException           if a tool fails
     * @throws IllegalStateException if SoftHSM is not installed
     */
    public static SoftHsmToken create(String label, SoftHsmKey... keys) throws IOException, GeneralSecurityException {
        SoftHsmToken token = new SoftHsmToken(SoftHsmHome.get(), label, TestAuthority.named("Authority of " + label));
        for (SoftHsmKey key : keys.length == 0 ? List.of(SoftHsmKey.RSA_2048, SoftHsmKey.P_256) : List.of(keys)) {
            token.add(key);
        }
        return token;
    }

    private Path initialise() throws IOException {
        synchronized (SoftHsmToken.class) {
            Set<Path> before = folders();
            Command.of("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin",
                    randomHex()).inEnvironment(environment()).run();
            Set<Path> made = folders();
            made.removeAll(before);
            return made.iterator().next();
        }
    }

    private Path object() {
        return folder.resolve("token.object");
    }

    /**
     * To be called when a process that used this token in itself was killed: at each login SoftHSM empties this file
     * before it writes it anew, and a kill in between loses the token, as no token of hardware is lost.
     */
    public void mend() throws IOException {
        Files.write(object(), objectAsMade);
    }

    private Set<Path> folders() throws IOException {
        try (Stream<Path> tokens = Files.list(home.tokens())) {
            return tokens.collect(Collectors.toCollection(HashSet::new));
        }
    }

    private void add(SoftHsmKey key) throws IOException, GeneralSecurityException {
        key.generate(tool()).run();
        if (key.hasCertificate()) {
            X509Certificate certificate = authority.issue("Olive Owner " + key.label(), publicKey(key));
            Path file = Files.createTempFile("certificate", ".der");
            Files.write(file, certificate.getEncoded());
            tool().with("--write-object", file.toString(), "--type", "cert", "--id", key.hexId(), "--label", key.label()).run();
            Files.delete(file);
            certificates.put(key, certificate);
        }
    }

    /** {@code pkcs11-tool}, logged in to this token. */
    public Command tool() {
        return Command.of("pkcs11-tool", "--module", module().toString(), "--token-label", label, "--login", "--pin",
                "env:TOKEN_PIN").inEnvironment(environment());
    }

    /** As pkcs11-tool reads it. */
    public PublicKey publicKey(SoftHsmKey key) throws IOException, GeneralSecurityException {
        if (key.name().startsWith("RSA")) {
            Path file = Files.createTempFile("public", ".der");
            tool().with("--read-object", "--type", "pubkey", "--id", key.hexId(), "--output-file", file.toString()).run();
            byte[] info = Files.readAllBytes(file);
            Files.delete(file);
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(info));
        }
        String[] objects = tool().with("--list-objects", "--type", "pubkey").run().split("Public Key Object");
        Matcher point = Stream.of(objects).filter(object -> object.contains(" " + key.label() + "\n")).map(EC_POINT::matcher)
                .filter(Matcher::find).findFirst()
                .orElseThrow(() -> new IOException("pkcs11-tool shows no EC_POINT of " + key));
        byte[] bare = ASN1OctetString.getInstance(HexFormat.of().parseHex(point.group(1))).getOctets();
        SubjectPublicKeyInfo info = new SubjectPublicKeyInfo(algorithm(key), bare);
        return KeyFactory.getInstance(key == SoftHsmKey.ED25519 ? "Ed25519" : "EC")
                .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }

    private static AlgorithmIdentifier algorithm(SoftHsmKey key) {
        if (key == SoftHsmKey.ED25519) {
            return new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
        }
        ASN1ObjectIdentifier curve = key == SoftHsmKey.P_384 ? SECObjectIdentifiers.secp384r1 : X9ObjectIdentifiers.prime256v1;
        return new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve);
    }

    private static String randomHex() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** The module's file. */
    public static Path module() {
        return SoftHsmHome.module();
    }

    public String label() {
        return label;
    }

    public String pin() {
        return pin;
    }

    /** CK_TOKEN_INFO.serialNumber: the end of the token's UUID. */
    public String serial() {
        String digits = folder.getFileName().toString().replace("-", "");
        return digits.substring(digits.length() - SERIAL_DIGITS);
    }

    public TestAuthority authority() {
        return authority;
    }

    public X509Certificate certificate(SoftHsmKey key) {
        return certificates.get(key);
    }

    /** What a child process needs to use the token: its SOFTHSM2_CONF, and its PIN as TOKEN_PIN. */
    public Map<String, String> environment() {
        return Map.of("SOFTHSM2_CONF", home.configuration().toString(), "TOKEN_PIN", pin);
    }

    /** As if it were pulled out of its reader. */
    public void remove() throws IOException {
        Files.move(folder, home.away().resolve(folder.getFileName()));
    }

    /** As if it were put in again. */
    public void putBack() throws IOException {
        Files.move(home.away().resolve(folder.getFileName()), folder);
    }

    /** Destroys the token. */
    @Override
    public void close() {
        Path away = home.away().resolve(folder.getFileName());
        Folders.delete(Files.exists(away) ? away : folder);
    }
}
