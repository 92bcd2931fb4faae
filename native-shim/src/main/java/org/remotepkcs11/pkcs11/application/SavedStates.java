package org.remotepkcs11.pkcs11.application;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.remotepkcs11.pkcs11.crypto.PlatformRandom;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;

/**
 * Saved states of digests, PKCS #11 v3.2 section 5.6.7. What a host holds is only a name for a copy of the operation
 * that stays here, since the platform's fast hashes do not tell their inner state. The standard promises nothing
 * beyond one application; the oldest of very many are forgotten.
 */
final class SavedStates {
    private static final byte[] MARK = {'R', 'P', 'D', 1};
    private static final int NAME_BYTES = 16;
    private static final int KEPT = 4096;

    private final Map<String, DigestOperation> states = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DigestOperation> eldest) {
            return size() > KEPT;
        }
    };

    static int length() {
        return MARK.length + NAME_BYTES;
    }

    synchronized byte[] save(DigestOperation operation) {
        byte[] name = PlatformRandom.bytes(NAME_BYTES);
        states.put(HexFormat.of().formatHex(name), operation.copy());
        byte[] state = Arrays.copyOf(MARK, length());
        System.arraycopy(name, 0, state, MARK.length, NAME_BYTES);
        return state;
    }

    /** @throws CkException {@code CKR_SAVED_STATE_INVALID} */
    synchronized DigestOperation restore(byte[] state) {
        boolean marked = state.length == length() && Arrays.equals(state, 0, MARK.length, MARK, 0, MARK.length);
        DigestOperation saved = marked ? states.get(HexFormat.of().formatHex(state, MARK.length, state.length)) : null;
        if (saved == null) {
            throw new CkException(CKR.SAVED_STATE_INVALID);
        }
        return saved.copy();
    }
}
