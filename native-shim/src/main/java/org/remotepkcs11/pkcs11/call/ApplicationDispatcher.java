package org.remotepkcs11.pkcs11.call;

import java.util.Optional;
import org.remotepkcs11.pkcs11.application.Application;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;

/** Binds the functions of the table to an application. */
public final class ApplicationDispatcher implements Dispatcher {
    private static final System.Logger LOG = System.getLogger(ApplicationDispatcher.class.getName());

    private final Application application;
    private final Calls calls = new Calls();

    /** Closes the application in the end. */
    public ApplicationDispatcher(Application application) {
        this.application = application;
        SlotCalls.bind(calls, application.slots());
        SessionCalls.bind(calls, application.sessions());
        ObjectCalls.bind(calls, application.objects());
        CipherCalls.bind(calls, application.ciphers(), application.digests());
        SignatureCalls.bind(calls, application.signatures());
        KeyCalls.bind(calls, application.keys());
        MessageCalls.bind(calls, application.messages());
    }

    /** Whether a function is answered by an application at all. */
    public boolean answers(Function function) {
        return calls.find(function.name()).isPresent();
    }

    @Override
    public Answer call(Function function, Arguments in) {
        Optional<Calls.Call> call = calls.find(function.name());
        if (call.isEmpty()) {
            return Answer.of(CKR.FUNCTION_NOT_SUPPORTED);
        }
        try {
            return call.get().answer(in);
        } catch (CkException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", function, e.getMessage());
            return Answer.of(e.returnValue());
        }
    }

    @Override
    public void close() {
        application.close();
    }
}
