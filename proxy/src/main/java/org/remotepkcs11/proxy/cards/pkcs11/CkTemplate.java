package org.remotepkcs11.proxy.cards.pkcs11;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/** An array of CK_ATTRIBUTE with values. */
final class CkTemplate implements AutoCloseable {
    private record Entry(long type, CkBuffer value) {
    }

    private final List<Entry> entries = new ArrayList<>();
    private CkBuffer array;

    CkTemplate ulong(long type, long value) {
        entries.add(new Entry(type, CkBuffer.ofUlong(value)));
        return this;
    }

    CkTemplate bool(long type, boolean value) {
        entries.add(new Entry(type, CkBuffer.of(new byte[] {(byte) (value ? 1 : 0)})));
        return this;
    }

    CkTemplate bytes(long type, byte[] value) {
        entries.add(new Entry(type, CkBuffer.of(value)));
        return this;
    }

    Pointer pointer() {
        array = new CkBuffer((long) entries.size() * (2 * CkBuffer.ULONG + CkBuffer.POINTER));
        entries.forEach(entry -> array.putUlong(entry.type()).putPointer(entry.value()).putUlong(entry.value().size()));
        return array.pointer();
    }

    int count() {
        return entries.size();
    }

    @Override
    public void close() {
        entries.forEach(entry -> entry.value().close());
        if (array != null) {
            array.close();
        }
    }
}
