package org.remotepkcs11.proxy.authority;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * Issues delegation certificates: for keys of a card, in the names of its owner and of the user to whom it is delegated
 * with warranty. Apart from the {@link Authority} that names users: others come to trust this one, for signatures alone.
 */
public final class DelegationAuthority {
    /** Until the next list of revoked certificates is due. */
    static final Duration LIST_LIFE = Duration.ofDays(7);

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Published published;

    private DelegationAuthority(PrivateKey key, X509Certificate certificate, Published published) {
        this.key = key;
        this.certificate = certificate;
        this.published = published;
    }

    /** Where the operator publishes the authority's certificate and its list of revoked ones, if anywhere. */
    public record Published(Optional<String> certificate, Optional<String> revocations) {
        public static final Published NOWHERE = new Published(Optional.empty(), Optional.empty());
    }

    /** A certificate that is no longer good since then. */
    public record Revoked(BigInteger serial, Instant since) {
    }

    public static DelegationAuthority of(PrivateKey key, X509Certificate certificate, Published published) {
        return new DelegationAuthority(key, certificate, published);
    }

    /** With a new key. */
    public static DelegationAuthority create(Instant now) {
        KeyPair pair = Keys.p256();
        X509Certificate certificate = Authority.selfSigned(pair, "RemotePKCS11 delegations", now);
        return new DelegationAuthority(pair.getPrivate(), certificate, Published.NOWHERE);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public PrivateKey key() {
        return key;
    }

    /**
     * @param key   on the card
     * @param owned the owner's own certificate for it, whose uses are copied and which is not outlived, if there is one
     * @param from  the delegation's beginning
     * @param until the delegation's end, if it has one
     */
    public record Asked(Warranty warranty, PublicKey key, Optional<X509Certificate> owned, Instant from,
                        Optional<Instant> until) {
        private Instant end(Instant most) {
            Instant end = until.filter(most::isAfter).orElse(most);
            return owned.map(certificate -> certificate.getNotAfter().toInstant()).filter(end::isAfter).orElse(end);
        }
    }

    /** @return empty if the owner's certificate or the authority ends before the delegation begins */
    public Optional<X509Certificate> issue(Asked asked) {
        Instant end = asked.end(certificate.getNotAfter().toInstant());
        if (!end.isAfter(asked.from())) {
            return Optional.empty();
        }
        Profile.Subject subject = new Profile.Subject(asked.warranty().subject(), asked.key(), Authority.serial());
        return Optional.of(profile().delegation(subject, new Profile.Validity(asked.from(), end),
                new Profile.Delegated(asked.owned(), asked.warranty().policies(), published)));
    }

    /** All that were revoked, RFC 5280 section 5; good from {@code now} for a week. */
    public X509CRL revocations(List<Revoked> revoked, Instant now) {
        return new RevocationList(key, certificate).of(revoked, now, now.plus(LIST_LIFE));
    }

    private Profile profile() {
        return new Profile(key, certificate.getPublicKey(),
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
    }
}
