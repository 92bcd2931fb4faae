package org.remotepkcs11.proxy;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.remotepkcs11.proxy.access.AccessKeys;
import org.remotepkcs11.proxy.authority.Authority;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageSigner;
import org.remotepkcs11.wire.RefusedException;

/**
 * The long-lived keys of a proxy; without any one of them it is another proxy.
 *
 * @param authority   issues certificates
 * @param reply       P-256, signs replies; names the proxy
 * @param log         Ed25519, signs tree heads
 * @param delegations P-256, issues delegation certificates
 */
record HomeKeys(Authority authority, KeyEntry reply, KeyEntry log, KeyEntry delegations) {
    private static final String AUTHORITY = "authority.p12";
    private static final String REPLY = "reply.p12";
    private static final String LOG = "log.p12";
    private static final String DELEGATIONS = "delegations.p12";

    static HomeKeys make(PrivateDirectory directory, Instant now) throws RefusedException {
        Authority authority = Authority.create(now);
        KeyPair reply = Keys.p256();
        KeyPair log = Keys.ed25519();
        HomeKeys keys = new HomeKeys(authority,
                entry(reply, authority.issueReplySigner(reply.getPublic(), now), authority),
                entry(log, authority.issueLogSigner(log.getPublic(), now), authority), makeDelegations(directory, now));
        new KeyEntry(authority.key(), List.of(authority.certificate())).write(directory, AUTHORITY);
        keys.reply.write(directory, REPLY);
        keys.log.write(directory, LOG);
        return keys;
    }

    private static KeyEntry makeDelegations(PrivateDirectory directory, Instant now) throws RefusedException {
        DelegationAuthority made = DelegationAuthority.create(now);
        KeyEntry entry = new KeyEntry(made.key(), List.of(made.certificate()));
        entry.write(directory, DELEGATIONS);
        return entry;
    }

    /** Proxies that are older than delegation certificates have none yet. */
    private static KeyEntry delegations(PrivateDirectory directory) throws RefusedException {
        return directory.has(DELEGATIONS) ? KeyEntry.read(directory, DELEGATIONS)
                : makeDelegations(directory, Instant.now());
    }

    private static KeyEntry entry(KeyPair pair, X509Certificate certificate, Authority authority) {
        return new KeyEntry(pair.getPrivate(), List.of(certificate, authority.certificate()));
    }

    static HomeKeys read(PrivateDirectory directory) throws RefusedException {
        KeyEntry authority = KeyEntry.read(directory, AUTHORITY);
        return new HomeKeys(Authority.of(authority.key(), authority.certificate()), KeyEntry.read(directory, REPLY),
                KeyEntry.read(directory, LOG), delegations(directory));
    }

    Id proxy() {
        return Fingerprint.of(reply.publicKey());
    }

    MessageSigner replySigner() {
        return MessageSigner.of(reply.key(), reply.publicKey());
    }

    DelegationAuthority delegationAuthority(DelegationAuthority.Published published) {
        return DelegationAuthority.of(delegations.key(), delegations.certificate(), published);
    }

    AccessKeys forAccess(DelegationAuthority.Published published, byte[] vault, byte[] policy) {
        return new AccessKeys(proxy(), authority, vault, policy,
                new KeyPair(log.publicKey(), log.key()), delegationAuthority(published));
    }

    @Override
    public String toString() {
        return "HomeKeys(" + proxy() + ")";
    }
}
