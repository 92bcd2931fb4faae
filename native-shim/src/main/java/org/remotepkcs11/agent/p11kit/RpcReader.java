package org.remotepkcs11.agent.p11kit;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.agent.frame.MalformedFrameException;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.pkcs11.table.Structure;

/** Reads the parts of one message, big-endian; never past its end. */
final class RpcReader {
    private static final int NULL_LENGTH = -1;
    private static final int MAX_ATTRIBUTES = 1024;
    private static final int MAX_DEPTH = 2;
    private static final int AES_BLOCK = 16;
    private static final Set<Long> PSS = Set.of(CKM.RSA_PKCS_PSS, CKM.SHA1_RSA_PKCS_PSS, CKM.SHA224_RSA_PKCS_PSS,
            CKM.SHA256_RSA_PKCS_PSS, CKM.SHA384_RSA_PKCS_PSS, CKM.SHA512_RSA_PKCS_PSS);
    private static final Set<Long> MAC_GENERAL = Set.of(CKM.SHA_1_HMAC_GENERAL, CKM.SHA224_HMAC_GENERAL,
            CKM.SHA256_HMAC_GENERAL, CKM.SHA384_HMAC_GENERAL, CKM.SHA512_HMAC_GENERAL, CKM.SHA512_224_HMAC_GENERAL,
            CKM.SHA512_256_HMAC_GENERAL, CKM.AES_MAC_GENERAL, CKM.AES_CMAC_GENERAL, CKM.DES3_CMAC_GENERAL);

    private final ByteBuffer bytes;

    RpcReader(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.BIG_ENDIAN);
    }

    int u8() throws MalformedFrameException {
        try {
            return Byte.toUnsignedInt(bytes.get());
        } catch (BufferUnderflowException e) {
            throw tooShort();
        }
    }

    int u32() throws MalformedFrameException {
        try {
            return bytes.getInt();
        } catch (BufferUnderflowException e) {
            throw tooShort();
        }
    }

    long u64() throws MalformedFrameException {
        try {
            return bytes.getLong();
        } catch (BufferUnderflowException e) {
            throw tooShort();
        }
    }

    /** A length, then bytes; empty for NULL. */
    byte[] array() throws MalformedFrameException {
        int length = u32();
        if (length == NULL_LENGTH) {
            return new byte[0];
        }
        if (length < 0 || length > bytes.remaining()) {
            throw tooShort();
        }
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    /** Whether there are bytes at all, then the bytes. */
    Optional<byte[]> optionalArray() throws MalformedFrameException {
        return u8() == 0 ? Optional.empty() : Optional.of(array());
    }

    /** The length of a buffer; 0 is no buffer. */
    Room room() throws MalformedFrameException {
        long capacity = Integer.toUnsignedLong(u32());
        return capacity == 0 ? Room.LENGTH_ONLY : Room.of(capacity);
    }

    List<AttributeQuery> query() throws MalformedFrameException {
        int count = count();
        List<AttributeQuery> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queries.add(new AttributeQuery(Integer.toUnsignedLong(u32()), room()));
        }
        return queries;
    }

    List<Attribute> template() throws MalformedFrameException {
        return template(0);
    }

    private List<Attribute> template(int depth) throws MalformedFrameException {
        int count = count();
        if (depth > MAX_DEPTH) {
            throw new MalformedFrameException("templates within templates within templates");
        }
        List<Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            attributes.add(attribute(depth));
        }
        return attributes;
    }

    private Attribute attribute(int depth) throws MalformedFrameException {
        long type = Integer.toUnsignedLong(u32());
        if (u8() == 0) {
            return new Attribute(type, new byte[0]);
        }
        int length = u32();
        return switch (ValueForm.of(type)) {
            case BYTE -> new Attribute(type, cut(new byte[] {(byte) u8()}, length));
            case ULONG -> new Attribute(type, cut(Attribute.ulong(u64()), length));
            case ULONGS -> new Attribute(type, ulongs());
            case ATTRIBUTES -> new Attribute(type, new byte[0], template(depth + 1));
            case BYTES -> new Attribute(type, array());
        };
    }

    /** An empty value is written as if it were not. */
    private static byte[] cut(byte[] value, int length) {
        return length == 0 ? new byte[0] : value;
    }

    private byte[] ulongs() throws MalformedFrameException {
        int count = count();
        ByteBuffer values = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            values.putLong(u64());
        }
        return values.array();
    }

    /** @param mayCancel whether mechanism 0 stands for NULL */
    Optional<Mechanism> mechanism(boolean mayCancel) throws MalformedFrameException {
        long type = Integer.toUnsignedLong(u32());
        if (type == 0 && mayCancel) {
            return Optional.empty();
        }
        Structure structure = FunctionTable.standard().parametersByMechanism().get(type);
        if (structure != null) {
            return Optional.of(Mechanism.structured(type, structure, fields(structure)));
        }
        return Optional.of(Mechanism.flat(type, flat(type)));
    }

    /** As the parameter would stand in a host's memory. */
    private byte[] flat(long type) throws MalformedFrameException {
        if (PSS.contains(type)) {
            return ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(u64()).putLong(u64())
                    .putLong(u64()).array();
        }
        if (MAC_GENERAL.contains(type)) {
            return Attribute.ulong(u64());
        }
        if (type != CKM.AES_CTR) {
            return array();
        }
        ByteBuffer counter = ByteBuffer.allocate(Long.BYTES + AES_BLOCK).order(ByteOrder.LITTLE_ENDIAN).putLong(u64());
        byte[] block = array();
        if (block.length != AES_BLOCK) {
            throw new MalformedFrameException("a counter block of " + block.length + " bytes");
        }
        return counter.put(block).array();
    }

    private List<Object> fields(Structure structure) throws MalformedFrameException {
        List<Object> fields = new ArrayList<>();
        for (Structure.Field field : structure.fields()) {
            fields.add(switch (field.kind()) {
                case ULONG -> u64();
                case BOOL -> u8() != 0;
                default -> array();
            });
        }
        return fields;
    }

    private int count() throws MalformedFrameException {
        int count = u32();
        if (count < 0 || count > MAX_ATTRIBUTES || count > bytes.remaining()) {
            throw new MalformedFrameException("a count of " + Integer.toUnsignedLong(count));
        }
        return count;
    }

    void end() throws MalformedFrameException {
        if (bytes.hasRemaining()) {
            throw new MalformedFrameException(bytes.remaining() + " bytes too many");
        }
    }

    private static MalformedFrameException tooShort() {
        return new MalformedFrameException("the message ends early");
    }
}
