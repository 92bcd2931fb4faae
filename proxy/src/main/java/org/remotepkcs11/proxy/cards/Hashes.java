package org.remotepkcs11.proxy.cards;

import java.util.Map;
import java.util.function.Supplier;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.RefusedException;

/** The hashes that PSS and OAEP parameters name. */
final class Hashes {
    private static final Map<Long, Supplier<Digest>> BY_MECHANISM = Map.of(
            Mechanisms.SHA_1, SHA1Digest::new,
            Mechanisms.SHA224, SHA224Digest::new,
            Mechanisms.SHA256, SHA256Digest::new,
            Mechanisms.SHA384, SHA384Digest::new,
            Mechanisms.SHA512, SHA512Digest::new,
            Mechanisms.SHA3_224, () -> new SHA3Digest(224),
            Mechanisms.SHA3_256, () -> new SHA3Digest(256),
            Mechanisms.SHA3_384, () -> new SHA3Digest(384),
            Mechanisms.SHA3_512, () -> new SHA3Digest(512));
    private static final Map<Long, Long> MECHANISM_BY_MGF = Map.of(
            Mechanisms.MGF1_SHA1, Mechanisms.SHA_1,
            Mechanisms.MGF1_SHA224, Mechanisms.SHA224,
            Mechanisms.MGF1_SHA256, Mechanisms.SHA256,
            Mechanisms.MGF1_SHA384, Mechanisms.SHA384,
            Mechanisms.MGF1_SHA512, Mechanisms.SHA512,
            Mechanisms.MGF1_SHA3_224, Mechanisms.SHA3_224,
            Mechanisms.MGF1_SHA3_256, Mechanisms.SHA3_256,
            Mechanisms.MGF1_SHA3_384, Mechanisms.SHA3_384,
            Mechanisms.MGF1_SHA3_512, Mechanisms.SHA3_512);

    private Hashes() {
    }

    /** @param mechanism {@code CKM_SHA256} … */
    static Digest of(long mechanism) throws RefusedException {
        Supplier<Digest> hash = BY_MECHANISM.get(mechanism);
        if (hash == null) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "unknown hash 0x" + Long.toHexString(mechanism));
        }
        return hash.get();
    }

    /** @param mgf {@code CKG_MGF1_SHA256} … */
    static Digest ofMgf(long mgf) throws RefusedException {
        Long mechanism = MECHANISM_BY_MGF.get(mgf);
        if (mechanism == null) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "unknown mask function 0x" + Long.toHexString(mgf));
        }
        return of(mechanism);
    }
}
