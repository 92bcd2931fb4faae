package org.remotepkcs11.pkcs11.table;

/**
 * One PKCS #11 application: what is behind the functions of one host process between its {@code C_Initialize} and its
 * {@code C_Finalize}. Safe for calls from several threads at once; a call may block (the proxy, the user's PIN pad,
 * {@code C_WaitForSlotEvent}) without holding up others.
 */
public interface Dispatcher extends AutoCloseable {
    /**
     * Answers one call of a function that {@link Function#isDispatched is dispatched}. Does not throw for anything a
     * host can cause; what it throws all the same becomes {@code CKR_GENERAL_ERROR} and a line in the agent's log.
     */
    Answer call(Function function, Arguments in);

    /** The application ended: calls still under way return soon, all state is gone. */
    @Override
    void close();
}
