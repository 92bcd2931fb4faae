package org.remotepkcs11.proxy.access;

import java.util.Arrays;

/** Columns of a row, in the order in which they are written and in which its MAC covers them. */
final class Fields {
    private Fields() {
    }

    /** One more behind the others. */
    static Object[] with(Object[] fields, Object last) {
        Object[] all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = last;
        return all;
    }
}
