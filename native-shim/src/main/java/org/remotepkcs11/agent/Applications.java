package org.remotepkcs11.agent;

import java.util.HashMap;
import java.util.Map;
import org.remotepkcs11.agent.frame.Greeting;
import org.remotepkcs11.pkcs11.ApplicationFactory;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.wire.RefusedException;

/** The PKCS #11 applications now open, by their tokens; each ends with its last connection. */
final class Applications {
    private static final System.Logger LOG = System.getLogger(Applications.class.getName());

    /** An application and how many connections it has. */
    private static final class Open {
        private final Dispatcher dispatcher;
        private int connections;

        Open(Dispatcher dispatcher) {
            this.dispatcher = dispatcher;
        }
    }

    private final ApplicationFactory factory;
    private final Map<String, Open> open = new HashMap<>();

    Applications(ApplicationFactory factory) {
        this.factory = factory;
    }

    synchronized boolean has(Greeting greeting) {
        return open.containsKey(greeting.application());
    }

    /** One connection more. @throws RefusedException CONFIGURATION_INVALID */
    synchronized Dispatcher join(Greeting greeting) throws RefusedException {
        Open application = open.get(greeting.application());
        if (application == null) {
            application = new Open(factory.open(greeting.host()));
            open.put(greeting.application(), application);
            LOG.log(System.Logger.Level.INFO, "{0} began", greeting.host());
        }
        application.connections++;
        return application.dispatcher;
    }

    /** One connection less. */
    void leave(Greeting greeting) {
        Open ended = null;
        synchronized (this) {
            Open application = open.get(greeting.application());
            application.connections--;
            if (application.connections == 0) {
                ended = open.remove(greeting.application());
            }
        }
        if (ended != null) {
            ended.dispatcher.close();
            LOG.log(System.Logger.Level.INFO, "{0} ended", greeting.host());
        }
    }
}
