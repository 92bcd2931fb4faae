package org.remotepkcs11.inprocess;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Attribute;

/** Arrays of {@code CK_ATTRIBUTE}: type, pointer to the value, its length. */
final class HostTemplates {
    static final int ATTRIBUTE_BYTES = 3 * Layout.WORD;

    private static final int MAX_ATTRIBUTES = 1024;
    private static final int MAX_DEPTH = 2;

    private HostTemplates() {
    }

    static List<Attribute> template(long address, long count) {
        return template(address, count, 0);
    }

    private static List<Attribute> template(long address, long count, int depth) {
        check(address, count);
        if (depth > MAX_DEPTH) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT);
        }
        List<Attribute> attributes = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            attributes.add(read(attribute(address, index), depth));
        }
        return attributes;
    }

    private static Attribute read(Pointer attribute, int depth) {
        long type = attribute.getLong(0);
        long value = attribute.getLong(Layout.WORD);
        long length = attribute.getLong(2L * Layout.WORD);
        if (!Attribute.isNested(type)) {
            return new Attribute(type, HostArguments.bytes(value, length, CKR.ATTRIBUTE_VALUE_INVALID));
        }
        if (length % ATTRIBUTE_BYTES != 0 || value == 0 && length != 0) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID);
        }
        return new Attribute(type, new byte[0], template(value, length / ATTRIBUTE_BYTES, depth + 1));
    }

    /** @throws CkException for an array that is not there, or too long to be meant */
    static void check(long address, long count) {
        if (address == 0 && count != 0) {
            throw new CkException(CKR.ARGUMENTS_BAD);
        }
        if (Long.compareUnsigned(count, MAX_ATTRIBUTES) > 0) {
            throw new CkException(CKR.TEMPLATE_INCONSISTENT);
        }
    }

    static Pointer attribute(long array, int index) {
        return new Pointer(array + (long) index * ATTRIBUTE_BYTES);
    }
}
