package org.remotepkcs11.inprocess;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.remotepkcs11.agent.frame.Greeting;
import org.remotepkcs11.agent.frame.MalformedFrameException;
import org.remotepkcs11.pkcs11.ApplicationFactory;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.wire.RefusedException;

/** The one PKCS #11 application of this process, from {@code C_Initialize} to {@code C_Finalize}. */
final class HostedApplication {
    private static final System.Logger LOG = System.getLogger(HostedApplication.class.getName());
    /** Where {@code CK_C_INITIALIZE_ARGS} has {@code pReserved}. */
    private static final long RESERVED = 5L * Layout.WORD;

    private final ApplicationFactory factory;
    private final UnaryOperator<Dispatcher> view;
    private final AtomicReference<Dispatcher> current = new AtomicReference<>();

    /** @param view how this host sees an application */
    HostedApplication(ApplicationFactory factory, UnaryOperator<Dispatcher> view) {
        this.factory = factory;
        this.view = view;
    }

    /**
     * {@code C_Initialize}, as {@code librpkcs11.so} calls it.
     *
     * @param arguments a {@code CK_C_INITIALIZE_ARGS} whose {@code pReserved} points to a u32 length and a greeting,
     *                  the frame that begins a connection with the agent
     */
    void begin(long arguments) {
        Pointer greeting = arguments == 0 ? null : new Pointer(arguments).getPointer(RESERVED);
        if (greeting == null) {
            throw new CkException(CKR.ARGUMENTS_BAD, "no greeting");
        }
        Dispatcher begun = open(greeting.getByteArray(Integer.BYTES, greeting.getInt(0)));
        if (!current.compareAndSet(null, begun)) {
            begun.close();
            throw new CkException(CKR.CRYPTOKI_ALREADY_INITIALIZED);
        }
    }

    private Dispatcher open(byte[] greeting) {
        try {
            return view.apply(factory.open(Greeting.decode(ByteBuffer.wrap(greeting)).host()));
        } catch (MalformedFrameException | RefusedException e) {
            LOG.log(System.Logger.Level.WARNING, "the host is refused: {0}", e.getMessage());
            throw new CkException(CKR.FUNCTION_FAILED, e.getMessage());
        }
    }

    /** {@code C_Finalize}. */
    void end() {
        Dispatcher ended = current.getAndSet(null);
        if (ended == null) {
            throw new CkException(CKR.CRYPTOKI_NOT_INITIALIZED);
        }
        ended.close();
    }

    Answer call(Function function, Arguments in) {
        Dispatcher dispatcher = current.get();
        return dispatcher == null ? Answer.of(CKR.CRYPTOKI_NOT_INITIALIZED) : dispatcher.call(function, in);
    }
}
