package org.remotepkcs11.proxy.cards.pkcs11;

import java.util.Map;
import org.remotepkcs11.proxy.cards.PinTrace;
import org.remotepkcs11.wire.Id;

/** A token's login: valid in one place, for who gives the same PIN. */
record Unlocked(SessionPool.Place place, PinTrace opener, Map<Id, CardKey> keys) {
    boolean serves(SessionPool.Place now, PinTrace pin) {
        return place.equals(now) && opener.equals(pin);
    }

    Unlocked withKeys(Map<Id, CardKey> fresh) {
        return new Unlocked(place, opener, fresh);
    }
}
