package org.remotepkcs11.proxy.cards.pkcs11;

import java.util.HashSet;
import java.util.Set;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RemoteCard;

/** CK_TOKEN_INFO, PKCS #11 v3.1 section 3.2. */
record TokenInfo(RemoteCard.Token token, long flags) {
    private static final int BYTES = 32 + 32 + 16 + 16 + 11 * CkBuffer.ULONG + 2 + 2 + 16;
    private static final int MAX_MECHANISMS = 4096;
    private static final Set<Long> KNOWN = Set.of(Mechanisms.RSA_PKCS, Mechanisms.RSA_X_509, Mechanisms.RSA_PKCS_OAEP,
            Mechanisms.RSA_PKCS_PSS, Mechanisms.ECDSA, Mechanisms.ECDH1_DERIVE, Mechanisms.EDDSA);

    static TokenInfo read(Cryptoki cryptoki, long slot) throws CkException {
        try (CkBuffer info = new CkBuffer(BYTES)) {
            cryptoki.call(CkFunction.C_GET_TOKEN_INFO, Cryptoki.ulong(slot), info.pointer());
            String label = info.getText(32);
            String manufacturer = info.getText(32);
            String model = info.getText(16);
            return new TokenInfo(new RemoteCard.Token(label, info.getText(16), manufacturer, model), info.getUlong());
        }
    }

    /** @param name as {@link Pkcs11Module#name} made it */
    boolean isNamed(String name) {
        return name.equals(token.serialNumber()) || name.equals(token.serialNumber() + "/" + token.label());
    }

    boolean isInitialised() {
        return (flags & Ck.F_TOKEN_INITIALIZED) != 0;
    }

    boolean needsLogin() {
        return (flags & Ck.F_LOGIN_REQUIRED) != 0;
    }

    /** The flags tell; return values of C_Login differ from card to card. */
    PinState pinState() {
        if ((flags & Ck.F_USER_PIN_LOCKED) != 0) {
            return PinState.LOCKED;
        }
        if ((flags & Ck.F_USER_PIN_FINAL_TRY) != 0) {
            return PinState.FINAL_TRY;
        }
        return (flags & Ck.F_USER_PIN_COUNT_LOW) != 0 ? PinState.COUNT_LOW : PinState.OK;
    }

    /** Those of {@link Mechanisms} that the token knows, and those that the proxy makes out of plain RSA for it. */
    static Set<Long> mechanisms(Cryptoki cryptoki, long slot) throws CkException {
        Set<Long> mechanisms = new HashSet<>();
        try (CkBuffer count = CkBuffer.ofUlong(0)) {
            cryptoki.call(CkFunction.C_GET_MECHANISM_LIST, Cryptoki.ulong(slot), null, count.pointer());
            long room = Math.min(count.rewind().getUlong(), MAX_MECHANISMS);
            try (CkBuffer list = new CkBuffer(room * CkBuffer.ULONG)) {
                count.rewind().putUlong(room);
                cryptoki.call(CkFunction.C_GET_MECHANISM_LIST, Cryptoki.ulong(slot), list.pointer(), count.pointer());
                long got = Math.min(count.rewind().getUlong(), room);
                for (long i = 0; i < got; i++) {
                    mechanisms.add(list.getUlong());
                }
            }
        }
        mechanisms.retainAll(KNOWN);
        if (mechanisms.contains(Mechanisms.RSA_X_509)) {
            mechanisms.add(Mechanisms.RSA_PKCS_PSS);
            mechanisms.add(Mechanisms.RSA_PKCS_OAEP);
        }
        return mechanisms;
    }
}
