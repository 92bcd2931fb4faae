package org.remotepkcs11.inprocess;

import com.sun.jna.CallbackReference;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.pkcs11.ApplicationFactory;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;

/**
 * A {@code CK_FUNCTION_LIST_3_2} of callbacks; its beginning is a {@code CK_FUNCTION_LIST_3_0} and a
 * {@code CK_FUNCTION_LIST}. Not for hosts: every return value is complemented, {@link ExportedFunction}, and threads are
 * to be attached to the JVM by the caller.
 */
final class ExportedTable {
    private static final byte MAJOR = 3;
    private static final byte MINOR = 2;

    private final List<ExportedFunction> functions = new ArrayList<>();
    private final Memory list;

    ExportedTable(ApplicationFactory factory, Surroundings surroundings) {
        HostedApplication application = new HostedApplication(factory, surroundings::view);
        List<Function> table = FunctionTable.standard().functions();
        list = new Memory((long) Layout.WORD * (table.size() + 1));
        list.clear();
        list.setByte(0, MAJOR);
        list.setByte(1, MINOR);
        for (Function function : table) {
            ExportedFunction exported = new ExportedFunction(function, application, surroundings);
            functions.add(exported);
            list.setPointer((long) Layout.WORD * (function.id() + 1), CallbackReference.getFunctionPointer(exported));
        }
    }

    /** Stays valid as long as this object. */
    long address() {
        return Pointer.nativeValue(list);
    }
}
