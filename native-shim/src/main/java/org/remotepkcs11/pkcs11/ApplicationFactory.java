package org.remotepkcs11.pkcs11;

import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.wire.RefusedException;

/** Makes a PKCS #11 application of each host that calls {@code C_Initialize}. */
@FunctionalInterface
public interface ApplicationFactory {
    /**
     * Does not ask the proxy anything: a host may initialise a module it never uses, or while the network is down.
     *
     * @throws RefusedException CONFIGURATION_INVALID
     */
    Dispatcher open(Host host) throws RefusedException;
}
