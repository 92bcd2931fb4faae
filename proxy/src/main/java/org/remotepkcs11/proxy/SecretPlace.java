package org.remotepkcs11.proxy;

import java.util.List;
import java.util.Map;
import org.remotepkcs11.wire.RefusedException;

/** Where one of the store's secrets may be: more than one only while it is changed, or after that was cut short. */
interface SecretPlace {
    List<byte[]> all() throws RefusedException;

    /** Durable when it returns; the ones before stay. */
    byte[] makeNext() throws RefusedException;

    /** Ends all others. */
    void keepOnly(byte[] secret) throws RefusedException;

    /** @return the file, by its name, by which a proxy that is made again finds the secret */
    Map.Entry<String, byte[]> archived(byte[] secret) throws RefusedException;
}
