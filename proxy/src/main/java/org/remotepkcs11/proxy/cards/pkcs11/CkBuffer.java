package org.remotepkcs11.proxy.cards.pkcs11;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.remotepkcs11.proxy.cards.CardPin;

/**
 * Native memory laid out as PKCS #11 structures. They hold only bytes, CK_ULONGs and pointers in places where neither
 * natural alignment (Unix) nor packing (Windows) leaves gaps, so writing one field after the other is right for both.
 */
final class CkBuffer implements AutoCloseable {
    static final int ULONG = Native.LONG_SIZE;
    static final int POINTER = Native.POINTER_SIZE;

    private final Memory memory;
    private long position;

    CkBuffer(long bytes) {
        memory = new Memory(Math.max(bytes, 1));
        memory.clear();
    }

    static CkBuffer of(byte[] value) {
        CkBuffer buffer = new CkBuffer(value.length);
        buffer.memory.write(0, value, 0, value.length);
        return buffer;
    }

    /** Without a copy on Java's heap. */
    static CkBuffer of(CardPin pin) {
        CkBuffer buffer = new CkBuffer(pin.length());
        pin.writeTo(buffer.memory.getByteBuffer(0, buffer.memory.size()));
        return buffer;
    }

    static CkBuffer ofUlong(long value) {
        return new CkBuffer(ULONG).putUlong(value);
    }

    Pointer pointer() {
        return memory;
    }

    CkBuffer putUlong(long value) {
        if (ULONG == Long.BYTES) {
            memory.setLong(position, value);
        } else {
            memory.setInt(position, (int) value);
        }
        position += ULONG;
        return this;
    }

    /** @param target {@code null} for a null pointer */
    CkBuffer putPointer(CkBuffer target) {
        memory.setPointer(position, target == null ? null : target.memory);
        position += POINTER;
        return this;
    }

    long getUlong() {
        long value = ULONG == Long.BYTES ? memory.getLong(position) : memory.getInt(position) & 0xFFFFFFFFL;
        position += ULONG;
        return value;
    }

    CkBuffer skip(long bytes) {
        position += bytes;
        return this;
    }

    CkBuffer rewind() {
        position = 0;
        return this;
    }

    /** Text padded with blanks (or, by careless modules, ended by NUL), as CK_TOKEN_INFO has it. */
    String getText(int bytes) {
        byte[] text = memory.getByteArray(position, bytes);
        position += bytes;
        int end = 0;
        while (end < bytes && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8).strip();
    }

    byte[] getBytes(long offset, long length) {
        return memory.getByteArray(offset, Math.toIntExact(length));
    }

    long size() {
        return memory.size();
    }

    /** Wipes before it frees: the buffer may have held a PIN, a plaintext or a shared secret. */
    @Override
    public void close() {
        memory.clear();
        memory.close();
    }
}
