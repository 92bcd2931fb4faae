package org.remotepkcs11.proxy.backup;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** The proxy's key for backups. @param chain the key's own certificate first, the authority's last */
public record BackupSigner(PrivateKey key, List<X509Certificate> chain) {
    public BackupSigner {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    @Override
    public String toString() {
        return "BackupSigner(" + certificate().getSubjectX500Principal() + ")";
    }
}
