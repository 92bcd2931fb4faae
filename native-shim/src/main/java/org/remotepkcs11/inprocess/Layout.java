package org.remotepkcs11.inprocess;

import com.sun.jna.Pointer;
import org.remotepkcs11.pkcs11.table.Structure;
import org.remotepkcs11.pkcs11.table.Structure.Field;
import org.remotepkcs11.pkcs11.table.Structure.FieldKind;

/** Where C puts the fields of a structure: natural alignment, numbers and pointers of 8 bytes. */
final class Layout {
    static final int WORD = Long.BYTES;
    private static final int VERSION_BYTES = 2;
    /** Nonces as long as this and longer are counted in bits. */
    private static final long BITS_FROM = 64;

    /** Bytes that a field points to. */
    record Piece(Pointer place, long length) {
        boolean isMissing() {
            return Pointer.nativeValue(place) == 0 && length > 0;
        }
    }

    private Layout() {
    }

    static int[] offsets(Structure structure) {
        int[] offsets = new int[structure.fields().size()];
        int end = 0;
        for (int index = 0; index < offsets.length; index++) {
            Field field = structure.fields().get(index);
            offsets[index] = align(end, alignment(field));
            end = offsets[index] + size(field);
        }
        return offsets;
    }

    static int size(Structure structure) {
        int[] offsets = offsets(structure);
        Field last = structure.fields().get(offsets.length - 1);
        int alignment = structure.fields().stream().mapToInt(Layout::alignment).max().orElse(1);
        return align(offsets[offsets.length - 1] + size(last), alignment);
    }

    private static int align(int end, int alignment) {
        return (end + alignment - 1) / alignment * alignment;
    }

    private static int alignment(Field field) {
        return field.kind() == FieldKind.ULONG || isPointer(field) ? WORD : 1;
    }

    static boolean isPointer(Field field) {
        return switch (field.kind()) {
            case BUFFER, COUNTED, BITS, NONCE, BLOCK -> true;
            default -> false;
        };
    }

    static int size(Field field) {
        return switch (field.kind()) {
            case ULONG, BLOCK -> WORD;
            case BOOL -> 1;
            case VERSION -> VERSION_BYTES;
            case BUFFER, COUNTED, BITS, NONCE -> 2 * WORD;
            case TEXT, FIXED -> field.size();
        };
    }

    /** @param place of the field, one that is a pointer */
    static Piece pointed(Field field, Pointer place) {
        long first = place.getLong(0);
        if (field.kind() == FieldKind.BLOCK) {
            return new Piece(new Pointer(first), field.size());
        }
        long second = place.getLong(WORD);
        return switch (field.kind()) {
            case COUNTED -> new Piece(new Pointer(second), first);
            case BITS -> new Piece(new Pointer(first), (second >>> 3) + ((second & 7) == 0 ? 0 : 1));
            case NONCE -> new Piece(new Pointer(first),
                    Long.compareUnsigned(second, BITS_FROM) < 0 ? second : second >>> 3);
            default -> new Piece(new Pointer(first), second);
        };
    }
}
