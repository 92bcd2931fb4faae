package org.remotepkcs11.pkcs11.peer;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;

/** Somebody else's PKCS #11 module behind the same table of functions; mechanism parameters as they stand in memory. */
final class PeerModule implements Dispatcher {
    private static final int RTLD_NOW = 2;
    private static final int FIRST_FUNCTION = 8;

    private final NativeLibrary library;
    private final Pointer functions;

    PeerModule(Path module) {
        library = NativeLibrary.getInstance(module.toString(), Map.of(Library.OPTION_OPEN_FLAGS, RTLD_NOW));
        PointerByReference list = new PointerByReference();
        library.getFunction("C_GetFunctionList").invokeLong(new Object[] {list});
        functions = list.getValue();
    }

    @Override
    public Answer call(Function function, Arguments in) {
        List<Object> parameters = new ArrayList<>();
        List<NativeArgument> written = new ArrayList<>();
        for (Argument argument : function.arguments()) {
            NativeArgument passed = NativeArgument.of(argument, in);
            parameters.addAll(passed.parameters());
            written.add(passed);
        }
        Pointer entry = functions.getPointer(FIRST_FUNCTION + (long) function.id() * Native.POINTER_SIZE);
        long rv = com.sun.jna.Function.getFunction(entry).invokeLong(parameters.toArray());
        Answer answer = Answer.of(rv);
        for (NativeArgument argument : written) {
            answer = argument.read(answer);
        }
        return answer;
    }

    static Memory memory(long bytes) {
        Memory memory = new Memory(Math.max(bytes, 8));
        memory.clear();
        return memory;
    }

    @Override
    public void close() {
        // The library stays: other tests of this process use it.
    }
}
