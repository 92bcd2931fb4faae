package org.remotepkcs11.inprocess;

import org.remotepkcs11.agent.ToyToken;

/** A door to toy tokens. */
public final class ToyDoor {
    private ToyDoor() {
    }

    public static long open(String libraries, String log) {
        return Door.open(host -> new ToyToken(), libraries, log);
    }
}
