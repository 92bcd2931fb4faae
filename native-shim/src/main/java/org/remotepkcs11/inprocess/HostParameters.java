package org.remotepkcs11.inprocess;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Message;
import org.remotepkcs11.pkcs11.table.Structure;

/** A {@code CK_MECHANISM} and the parameters of messages, with what they point to. */
final class HostParameters {
    private static final long MAX_FLAT = 65536;

    private HostParameters() {
    }

    static Mechanism mechanism(Pointer mechanism) {
        long type = mechanism.getLong(0);
        long parameter = mechanism.getLong(Layout.WORD);
        long length = mechanism.getLong(2L * Layout.WORD);
        if (parameter == 0 || length == 0) {
            return Mechanism.of(type);
        }
        Structure structure = FunctionTable.standard().parametersByMechanism().get(type);
        if (structure == null) {
            require(Long.compareUnsigned(length, MAX_FLAT) <= 0);
            return Mechanism.flat(type, new Pointer(parameter).getByteArray(0, (int) length));
        }
        require(length == Layout.size(structure));
        return Mechanism.structured(type, structure, fields(structure, new Pointer(parameter)));
    }

    /** Which it is, is told by its size. */
    static Message message(Pointer parameter, long length) {
        Structure structure = FunctionTable.standard().messages().stream()
                .filter(known -> Layout.size(known) == length).findFirst()
                .orElseThrow(() -> new CkException(CKR.MECHANISM_PARAM_INVALID));
        return new Message(structure, fields(structure, parameter));
    }

    private static List<Object> fields(Structure structure, Pointer memory) {
        List<Object> values = new ArrayList<>();
        int[] offsets = Layout.offsets(structure);
        for (int index = 0; index < offsets.length; index++) {
            Structure.Field field = structure.fields().get(index);
            Pointer place = memory.share(offsets[index]);
            values.add(switch (field.kind()) {
                case ULONG -> place.getLong(0);
                case BOOL -> place.getByte(0) != 0;
                case FIXED, TEXT, VERSION -> place.getByteArray(0, Layout.size(field));
                case BUFFER, COUNTED, BITS, NONCE, BLOCK -> pointed(Layout.pointed(field, place));
            });
        }
        return values;
    }

    private static byte[] pointed(Layout.Piece piece) {
        return HostArguments.bytes(Pointer.nativeValue(piece.place()), piece.length(), CKR.MECHANISM_PARAM_INVALID);
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID);
        }
    }
}
