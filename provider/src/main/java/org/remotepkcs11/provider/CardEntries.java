package org.remotepkcs11.provider;

import java.io.ByteArrayInputStream;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/**
 * A card as a key store shows it: a key entry for each private key with a certificate, a certificate entry for each
 * other certificate. Aliases are labels; where several objects have one label, {@code label/ID}.
 */
final class CardEntries {
    private static final System.Logger LOG = System.getLogger(CardEntries.class.getName());

    /** @param key absent in a certificate entry */
    record Entry(Optional<PrivateKeyObject> key, List<X509Certificate> chain) {
        X509Certificate certificate() {
            return chain.get(0);
        }
    }

    private record Parsed(CertificateObject object, X509Certificate certificate) {
        boolean isOf(PrivateKeyObject key) {
            return Arrays.equals(certificate.getPublicKey().getEncoded(), key.publicKey());
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    CardEntries(RemoteCard card) throws CertificateException {
        List<Parsed> certificates = parse(card);
        List<Parsed> others = new ArrayList<>(certificates);
        for (PrivateKeyObject key : card.keys()) {
            List<Parsed> own = certificates.stream().filter(parsed -> parsed.isOf(key)).toList();
            if (own.isEmpty()) {
                LOG.log(Level.INFO, "the key \"{0}\" on \"{1}\" has no certificate, so a key store cannot show it",
                        key.label(), card.token().label());
                continue;
            }
            Parsed leaf = own.stream().filter(parsed -> parsed.object().id().equals(key.id())).findFirst()
                    .orElse(own.get(0));
            others.removeAll(own);
            String label = key.label().isEmpty() ? leaf.object().label() : key.label();
            add(label, key.id().toString(), new Entry(Optional.of(key), chain(leaf, certificates)));
        }
        for (Parsed other : others) {
            add(other.object().label(), other.object().id().toString(),
                    new Entry(Optional.empty(), List.of(other.certificate())));
        }
    }

    private static List<Parsed> parse(RemoteCard card) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Parsed> parsed = new ArrayList<>();
        for (CertificateObject object : card.certificates()) {
            try {
                parsed.add(new Parsed(object, (X509Certificate) factory.generateCertificate(
                        new ByteArrayInputStream(object.der()))));
            } catch (CertificateException e) {
                LOG.log(Level.WARNING, "the certificate \"{0}\" on \"{1}\" cannot be read: {2}", object.label(),
                        card.token().label(), e.getMessage());
            }
        }
        return parsed;
    }

    /** From the leaf upwards, as far as the card's certificates reach. */
    private static List<X509Certificate> chain(Parsed leaf, List<Parsed> certificates) {
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf.certificate()));
        Optional<X509Certificate> next = Optional.of(leaf.certificate());
        while (next.isPresent()) {
            X509Certificate current = next.get();
            next = certificates.stream().map(Parsed::certificate)
                    .filter(candidate -> !chain.contains(candidate) && issued(candidate, current)).findFirst();
            next.ifPresent(chain::add);
        }
        return List.copyOf(chain);
    }

    private static boolean issued(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void add(String label, String id, Entry entry) {
        String alias = label.isEmpty() ? id : label;
        if (entries.containsKey(alias)) {
            alias = alias + "/" + id;
        }
        for (int number = 2; entries.putIfAbsent(alias, entry) != null; number++) {
            alias = label + "/" + id + "/" + number;
        }
    }

    Optional<Entry> entry(String alias) {
        return Optional.ofNullable(entries.get(alias));
    }

    List<String> aliases() {
        return Collections.unmodifiableList(new ArrayList<>(entries.keySet()));
    }

    Optional<String> aliasOf(Certificate certificate) {
        return entries.entrySet().stream().filter(entry -> entry.getValue().certificate().equals(certificate))
                .map(Map.Entry::getKey).findFirst();
    }
}
