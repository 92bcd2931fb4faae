package org.remotepkcs11.inprocess;

import com.sun.jna.CallbackProxy;
import com.sun.jna.CallbackReference;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;

/** A table of functions that return 0, as JNA does where it cannot call Java; but for the first, {@code C_Initialize}. */
public final class DoorToNowhere {
    private static final List<Object> KEPT = new ArrayList<>();

    private DoorToNowhere() {
    }

    public static long open(String libraries, String log) {
        System.setProperty("jna.boot.library.path", libraries);
        List<Function> functions = FunctionTable.standard().functions();
        Memory list = new Memory(8L * (functions.size() + 1));
        for (Function function : functions) {
            ZeroFunction zero = new ZeroFunction(function.id() == 0 ? ~0L : 0L);
            KEPT.add(zero);
            list.setPointer(8L * (function.id() + 1), CallbackReference.getFunctionPointer(zero));
        }
        KEPT.add(list);
        return Pointer.nativeValue(list);
    }

    private record ZeroFunction(long result) implements CallbackProxy {
        @Override
        public Object callback(Object[] parameters) {
            return result;
        }

        @Override
        public Class<?>[] getParameterTypes() {
            return new Class<?>[0];
        }

        @Override
        public Class<?> getReturnType() {
            return long.class;
        }
    }
}
