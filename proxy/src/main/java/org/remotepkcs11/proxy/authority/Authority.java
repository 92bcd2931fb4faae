package org.remotepkcs11.proxy.authority;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.remotepkcs11.proxy.authority.Profile.Purpose;
import org.remotepkcs11.proxy.authority.Profile.Subject;
import org.remotepkcs11.proxy.authority.Profile.Validity;

/** The proxy's own certificate authority: one P-256 key, no intermediates. */
public final class Authority {
    /** Of the authority's own certificate and of the certificate that signs replies. */
    public static final Duration LIFE = Duration.ofDays(20 * 365 + 5);
    /** Of a user's certificate, unless asked otherwise. */
    public static final Duration USER_LIFE = Duration.ofDays(365);
    /** Of the TLS server's certificate; 398 days is the most that TLS clients take from public authorities. */
    public static final Duration SERVER_LIFE = Duration.ofDays(397);

    /** Clocks of users may be behind. */
    private static final Duration BACKDATED = Duration.ofHours(1);
    private static final int SERIAL_BITS = 159;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private Authority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** An authority with its key and its own certificate. */
    public static Authority of(PrivateKey key, X509Certificate certificate) {
        return new Authority(key, certificate);
    }

    /** A new authority with a new key; its name ends with random digits, so that two authorities never share one. */
    public static Authority create(Instant now) {
        KeyPair pair = Keys.p256();
        return new Authority(pair.getPrivate(), selfSigned(pair, "RemotePKCS11 authority", now));
    }

    /** An authority's own certificate; random digits are added to its name. */
    static X509Certificate selfSigned(KeyPair pair, String called, Instant now) {
        X500Name name = name(called + " " + Long.toHexString(RANDOM.nextLong() >>> 32));
        Subject self = new Subject(name, pair.getPublic(), serial());
        return new Profile(pair.getPrivate(), pair.getPublic(), name)
                .authority(self, new Validity(now.minus(BACKDATED), now.plus(LIFE)));
    }

    /** For a person: TLS client authentication, the signing of requests, and that something is encrypted to it. */
    public X509Certificate issueUser(PublicKey publicKey, String name, Instant now, Duration life) {
        Subject subject = new Subject(name(name), publicKey, serial());
        return profile().endEntity(subject, validity(now, life),
                new Purpose(new KeyUsage(KeyUsage.digitalSignature | secrecy(publicKey)),
                        List.of(KeyPurposeId.id_kp_clientAuth), null));
    }

    /** How secrets are encrypted to a key of this type, RFC 5280 section 4.2.1.3; with Ed25519 they are not. */
    private static int secrecy(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> KeyUsage.keyEncipherment;
            case "EC" -> KeyUsage.keyAgreement;
            default -> 0;
        };
    }

    /** What comes with a certificate of this authority, itself first. @return DER */
    public List<byte[]> chainOf(X509Certificate issued) {
        try {
            return List.of(issued.getEncoded(), certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded cannot be encoded", e);
        }
    }

    /** For the TLS server. @param names DNS names and IP addresses, at least one */
    public X509Certificate issueServer(PublicKey publicKey, List<String> names, Instant now) {
        GeneralNames alternatives = SubjectAlternatives.of(names);
        Subject subject = new Subject(name("RemotePKCS11 proxy"), publicKey, serial());
        return profile().endEntity(subject, validity(now, SERVER_LIFE), new Purpose(
                new KeyUsage(KeyUsage.digitalSignature), List.of(KeyPurposeId.id_kp_serverAuth), alternatives));
    }

    /** For the key that signs replies; clients are configured with it, so it lives as long as the authority. */
    public X509Certificate issueReplySigner(PublicKey publicKey, Instant now) {
        return issueSigner(publicKey, "RemotePKCS11 replies", now);
    }

    /** For the key that signs tree heads; lives as long as the authority. */
    public X509Certificate issueLogSigner(PublicKey publicKey, Instant now) {
        return issueSigner(publicKey, "RemotePKCS11 log", now);
    }

    /** For the key that signs backups: S/MIME, RFC 8550 section 4.4.4. */
    public X509Certificate issueBackupSigner(PublicKey publicKey, Instant now) {
        Subject subject = new Subject(name("RemotePKCS11 backups"), publicKey, serial());
        return profile().endEntity(subject, validity(now, LIFE), new Purpose(
                new KeyUsage(KeyUsage.digitalSignature), List.of(KeyPurposeId.id_kp_emailProtection), null));
    }

    private X509Certificate issueSigner(PublicKey publicKey, String name, Instant now) {
        Subject subject = new Subject(name(name), publicKey, serial());
        return profile().endEntity(subject, validity(now, LIFE), new Purpose(
                new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation), List.of(), null));
    }

    /** By the issuer's name, which no other authority has: for certificates that were found right already. */
    public boolean issued(X509Certificate certificate) {
        return certificate.getIssuerX500Principal().equals(this.certificate.getSubjectX500Principal());
    }

    /** Whether a server's certificate is for just these names. */
    public static boolean isFor(X509Certificate server, List<String> names) {
        return SubjectAlternatives.of(server).map(SubjectAlternatives.of(names)::equals).orElse(false);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public PrivateKey key() {
        return key;
    }

    private Profile profile() {
        return new Profile(key, certificate.getPublicKey(),
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
    }

    /** Not longer than the authority's own. */
    private Validity validity(Instant now, Duration life) {
        Instant own = certificate.getNotAfter().toInstant();
        Instant end = now.plus(life);
        return new Validity(now.minus(BACKDATED), end.isBefore(own) ? end : own);
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }

    static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1);
    }
}
