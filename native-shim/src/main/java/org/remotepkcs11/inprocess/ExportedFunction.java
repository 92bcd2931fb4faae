package org.remotepkcs11.inprocess;

import com.sun.jna.CallbackProxy;
import java.util.Arrays;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Function;

/**
 * One function of the table as C calls it: every parameter is a machine word, and so is what it returns, the
 * <em>complement</em> of a {@code CK_RV}. JNA may return 0 where it cannot call Java; taken as it is, that would be
 * {@code CKR_OK}, a signature verified.
 */
final class ExportedFunction implements CallbackProxy {
    private static final System.Logger LOG = System.getLogger(ExportedFunction.class.getName());

    private final Function function;
    private final HostedApplication application;
    private final Surroundings surroundings;

    ExportedFunction(Function function, HostedApplication application, Surroundings surroundings) {
        this.function = function;
        this.application = application;
        this.surroundings = surroundings;
    }

    @Override
    public Class<?>[] getParameterTypes() {
        int words = function.arguments().stream().mapToInt(argument -> argument.kind().parameters()).sum();
        Class<?>[] types = new Class<?>[words];
        Arrays.fill(types, long.class);
        return types;
    }

    @Override
    public Class<?> getReturnType() {
        return long.class;
    }

    @Override
    public Object callback(Object[] parameters) {
        return ~returned(Arrays.stream(parameters).mapToLong(word -> (Long) word).toArray());
    }

    private long returned(long[] words) {
        try {
            return surroundings.within(function, () -> call(words));
        } catch (CkException e) {
            return e.returnValue();
        } catch (OutOfMemoryError e) {
            return CKR.HOST_MEMORY;
        } catch (Throwable e) {
            // Whatever is wrong here, the host lives on.
            LOG.log(System.Logger.Level.ERROR, "a fault in " + function, e);
            return CKR.GENERAL_ERROR;
        }
    }

    private long call(long[] words) {
        return switch (function.where()) {
            case AGENT -> dispatch(words);
            case GATHER -> dispatchPieces(words);
            case MODULE -> lifecycle(words);
            case REFUSED -> CKR.FUNCTION_NOT_SUPPORTED;
        };
    }

    /** Of these, the lists and interfaces are those of {@code librpkcs11.so}. */
    private long lifecycle(long[] words) {
        switch (function.name()) {
            case "C_Initialize" -> application.begin(words[0]);
            case "C_Finalize" -> application.end();
            default -> throw new CkException(CKR.FUNCTION_NOT_SUPPORTED);
        }
        return CKR.OK;
    }

    private long dispatch(long[] words) {
        Arguments in = HostArguments.read(function, words);
        try {
            Answer answer = application.call(function, in);
            new HostOutputs(function, words, in).write(answer);
            return answer.rv();
        } finally {
            in.wipe();
        }
    }

    /** Session, part and its length: a part of any size, and little memory of ours. */
    private long dispatchPieces(long[] words) {
        long[] piece = words.clone();
        long left = words[2];
        long rv;
        do {
            piece[2] = Long.compareUnsigned(left, HostArguments.MAX_BYTES) < 0 ? left : HostArguments.MAX_BYTES;
            rv = dispatch(piece);
            piece[1] += piece[2];
            left -= piece[2];
        } while (rv == CKR.OK && left != 0);
        return rv;
    }
}
