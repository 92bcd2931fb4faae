package org.remotepkcs11.proxy.cards.pkcs11;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Calls a module's CK_FUNCTION_LIST. Knows no more than how; about a microsecond a call. */
final class Cryptoki {
    /** RTLD_NOW and not RTLD_GLOBAL: one module's C_ functions must never stand in for another's. */
    private static final int OPEN_FLAGS = 2;

    // Held, because JNA closes a library that nobody refers to.
    private final NativeLibrary library;
    private final Map<CkFunction, Function> functions = new EnumMap<>(CkFunction.class);

    private Cryptoki(NativeLibrary library, Pointer functionList) {
        this.library = library;
        // After CK_VERSION, aligned for pointers on Unix and packed on Windows.
        long start = com.sun.jna.Platform.isWindows() ? 2 : Native.POINTER_SIZE;
        for (CkFunction function : CkFunction.values()) {
            Pointer address = functionList.getPointer(start + (long) function.index() * Native.POINTER_SIZE);
            functions.put(function, Function.getFunction(address));
        }
    }

    /** @throws UnsatisfiedLinkError if it is not a PKCS #11 module or cannot be loaded */
    static Cryptoki load(Path path) {
        NativeLibrary library = NativeLibrary.getInstance(path.toString(), Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS));
        try (CkBuffer list = new CkBuffer(CkBuffer.POINTER)) {
            long rv = invoke(library.getFunction("C_GetFunctionList"), list.pointer());
            Pointer functionList = list.pointer().getPointer(0);
            if (rv != Ck.OK || functionList == null) {
                throw new UnsatisfiedLinkError("C_GetFunctionList gave 0x" + Long.toHexString(rv));
            }
            return new Cryptoki(library, functionList);
        }
    }

    /** @throws CkException if the module's answer is not CKR_OK */
    void call(CkFunction function, Object... arguments) throws CkException {
        long rv = invoke(functions.get(function), arguments);
        if (rv != Ck.OK) {
            throw new CkException(function, rv);
        }
    }

    private static long invoke(Function function, Object... arguments) {
        return CkBuffer.ULONG == Long.BYTES ? function.invokeLong(arguments) : function.invokeInt(arguments) & 0xFFFFFFFFL;
    }

    static NativeLong ulong(long value) {
        return new NativeLong(value, true);
    }

    @Override
    public String toString() {
        return library.getName();
    }
}
