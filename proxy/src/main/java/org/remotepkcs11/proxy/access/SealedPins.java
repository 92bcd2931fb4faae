package org.remotepkcs11.proxy.access;

import org.jdbi.v3.core.Handle;
import org.remotepkcs11.wire.Id;

/** Virtual PINs on their way from owners to users, sealed to the users' keys: the proxy cannot read them. */
final class SealedPins {
    private static final byte[] NONE = {};

    void put(Handle handle, Id delegation, byte[] sealed) {
        handle.execute("INSERT INTO sealed_pin (delegation, sealed) VALUES (?, ?)", delegation.bytes(), sealed);
    }

    /** Empty if there is none. */
    byte[] of(Handle handle, Id delegation) {
        return handle.select("SELECT sealed FROM sealed_pin WHERE delegation = ?", delegation.bytes())
                .mapTo(byte[].class).findOne().orElse(NONE);
    }

    /** @return whether there was one */
    boolean remove(Handle handle, Id delegation) {
        return handle.execute("DELETE FROM sealed_pin WHERE delegation = ?", delegation.bytes()) > 0;
    }
}
