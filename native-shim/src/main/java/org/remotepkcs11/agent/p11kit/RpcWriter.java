package org.remotepkcs11.agent.p11kit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;

/** Writes the parts of one message, big-endian. */
final class RpcWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    RpcWriter u8(int value) {
        bytes.write(value);
        return this;
    }

    RpcWriter u32(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt((int) value).array());
        return this;
    }

    RpcWriter u64(long value) {
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    /** A length, then the bytes. */
    RpcWriter array(byte[] value) {
        u32(value.length);
        bytes.writeBytes(value);
        return this;
    }

    /** Bytes or only their length, by the convention of variable-length outputs. */
    RpcWriter sizedBytes(Answer.Sized sized) {
        if (sized.value().isEmpty() && sized.length() > 0) {
            return u8(0).u32(sized.length());
        }
        return u8(1).array((byte[]) sized.value().orElse(new byte[0]));
    }

    /** Numbers or only their count. */
    RpcWriter sizedUlongs(Answer.Sized sized) {
        u8(sized.value().isPresent() ? 1 : 0).u32(sized.length());
        sized.value().ifPresent(values -> {
            for (long value : (long[]) values) {
                u64(value);
            }
        });
        return this;
    }

    /** What C_GetAttributeValue answers, in the order of what was asked. */
    RpcWriter attributes(List<AttributeQuery> asked, List<?> values) {
        u32(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            attribute(asked.get(i).type(), (AttributeValue) values.get(i));
        }
        return this;
    }

    private void attribute(long type, AttributeValue value) {
        u32(type);
        if (value.length() < 0) {
            u8(0);
            return;
        }
        u8(1).u32(value.length());
        byte[] known = value.value().orElse(null);
        switch (ValueForm.of(type)) {
            case BYTE -> u8(known == null || known.length == 0 ? 0 : known[0]);
            case ULONG -> u64(known == null || known.length == 0 ? 0 : new Attribute(type, known).asUlong());
            case ULONGS -> ulongs(known, value.length());
            case ATTRIBUTES -> u32(0);
            case BYTES -> bytes(known);
        }
    }

    private void ulongs(byte[] known, long length) {
        u32(length / Long.BYTES);
        if (known != null) {
            ByteBuffer values = ByteBuffer.wrap(known).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                u64(values.getLong());
            }
        }
    }

    private void bytes(byte[] known) {
        if (known == null) {
            u32(-1);
        } else {
            array(known);
        }
    }

    byte[] finish() {
        return bytes.toByteArray();
    }
}
