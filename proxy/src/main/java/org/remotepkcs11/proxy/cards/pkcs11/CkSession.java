package org.remotepkcs11.proxy.cards.pkcs11;

import com.sun.jna.NativeLong;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.Operation;

/** One PKCS #11 session. Used by one thread at a time. */
final class CkSession {
    /** RSA-16384 and more than any signature. */
    private static final int MAX_OUTPUT = 4096;
    private static final int MAX_ATTRIBUTE = 1 << 20;
    private static final int MAX_OBJECTS = 1000;
    private static final int BATCH = 64;

    private final Cryptoki cryptoki;
    private final NativeLong handle;

    private CkSession(Cryptoki cryptoki, long handle) {
        this.cryptoki = cryptoki;
        this.handle = Cryptoki.ulong(handle);
    }

    static CkSession open(Cryptoki cryptoki, long slot) throws CkException {
        return open(cryptoki, slot, Ck.F_SERIAL_SESSION);
    }

    /** May make and destroy objects of the token. */
    static CkSession openToWrite(Cryptoki cryptoki, long slot) throws CkException {
        return open(cryptoki, slot, Ck.F_SERIAL_SESSION | Ck.F_RW_SESSION);
    }

    private static CkSession open(Cryptoki cryptoki, long slot, long flags) throws CkException {
        try (CkBuffer handle = new CkBuffer(CkBuffer.ULONG)) {
            cryptoki.call(CkFunction.C_OPEN_SESSION, Cryptoki.ulong(slot), Cryptoki.ulong(flags), null, null,
                    handle.pointer());
            return new CkSession(cryptoki, handle.getUlong());
        }
    }

    void close() throws CkException {
        cryptoki.call(CkFunction.C_CLOSE_SESSION, handle);
    }

    void login(long userType, CardPin pin) throws CkException {
        try (CkBuffer buffer = CkBuffer.of(pin)) {
            cryptoki.call(CkFunction.C_LOGIN, handle, Cryptoki.ulong(userType), buffer.pointer(), Cryptoki.ulong(pin.length()));
        }
    }

    void logout() throws CkException {
        cryptoki.call(CkFunction.C_LOGOUT, handle);
    }

    /** Handles of all objects of a class that can be seen now, at most 1000. */
    List<Long> find(long objectClass) throws CkException {
        List<Long> found = new ArrayList<>();
        try (CkTemplate template = new CkTemplate().ulong(Ck.A_CLASS, objectClass);
             CkBuffer batch = new CkBuffer((long) BATCH * CkBuffer.ULONG); CkBuffer count = new CkBuffer(CkBuffer.ULONG)) {
            cryptoki.call(CkFunction.C_FIND_OBJECTS_INIT, handle, template.pointer(), Cryptoki.ulong(template.count()));
            long got;
            do {
                cryptoki.call(CkFunction.C_FIND_OBJECTS, handle, batch.pointer(), Cryptoki.ulong(BATCH), count.pointer());
                got = Math.min(count.rewind().getUlong(), BATCH);
                batch.rewind();
                for (int i = 0; i < got; i++) {
                    found.add(batch.getUlong());
                }
            } while (got > 0 && found.size() < MAX_OBJECTS);
            cryptoki.call(CkFunction.C_FIND_OBJECTS_FINAL, handle);
        }
        return found;
    }

    /** What the token tells of these attributes; those it does not know or show are left out. */
    CkAttributes attributes(long object, long... types) throws CkException {
        int entry = 2 * CkBuffer.ULONG + CkBuffer.POINTER;
        try (CkBuffer lengths = new CkBuffer((long) types.length * entry)) {
            for (long type : types) {
                lengths.putUlong(type).putPointer(null).putUlong(0);
            }
            getAttributes(object, lengths, types.length);
            Map<Long, byte[]> values = new HashMap<>();
            lengths.rewind();
            for (long type : types) {
                long length = lengths.skip(CkBuffer.ULONG + CkBuffer.POINTER).getUlong();
                if (length >= 0 && length <= MAX_ATTRIBUTE) {
                    values.put(type, length == 0 ? new byte[0] : value(object, type, length));
                }
            }
            return new CkAttributes(object, values);
        }
    }

    private byte[] value(long object, long type, long length) throws CkException {
        try (CkBuffer value = new CkBuffer(length); CkBuffer entry = new CkBuffer(2 * CkBuffer.ULONG + CkBuffer.POINTER)) {
            entry.putUlong(type).putPointer(value).putUlong(length);
            getAttributes(object, entry, 1);
            long got = entry.rewind().skip(CkBuffer.ULONG + CkBuffer.POINTER).getUlong();
            return got < 0 || got > length ? new byte[0] : value.getBytes(0, got);
        }
    }

    private void getAttributes(long object, CkBuffer template, int count) throws CkException {
        try {
            cryptoki.call(CkFunction.C_GET_ATTRIBUTE_VALUE, handle, Cryptoki.ulong(object), template.pointer(),
                    Cryptoki.ulong(count));
        } catch (CkException e) {
            if (!e.is(Ck.R_ATTRIBUTE_SENSITIVE) && !e.is(Ck.R_ATTRIBUTE_TYPE_INVALID)) {
                throw e;
            }
        }
    }

    /**
     * Signs or decrypts.
     *
     * @param context logs in for this one operation, where the key asks for it; {@code null} where not
     */
    byte[] run(long key, Operation operation, CardPin context) throws CkException {
        boolean sign = operation.kind() == Operation.Kind.SIGN;
        byte[] data = operation.input();
        try (CkMechanism mechanism = CkMechanism.of(operation.mechanism(), operation.parameters());
             CkBuffer input = CkBuffer.of(data); CkBuffer output = new CkBuffer(MAX_OUTPUT);
             CkBuffer length = CkBuffer.ofUlong(MAX_OUTPUT)) {
            cryptoki.call(sign ? CkFunction.C_SIGN_INIT : CkFunction.C_DECRYPT_INIT, handle, mechanism.pointer(),
                    Cryptoki.ulong(key));
            if (context != null) {
                login(Ck.U_CONTEXT_SPECIFIC, context);
            }
            cryptoki.call(sign ? CkFunction.C_SIGN : CkFunction.C_DECRYPT, handle, input.pointer(), Cryptoki.ulong(data.length), output.pointer(), length.pointer());
            return output.getBytes(0, Math.min(length.rewind().getUlong(), MAX_OUTPUT));
        }
    }

    /** By a mechanism without parameters. */
    byte[] sign(long key, long type, byte[] data) throws CkException {
        try (CkMechanism mechanism = CkMechanism.of(type, Operation.NO_PARAMETERS);
             CkBuffer input = CkBuffer.of(data); CkBuffer output = new CkBuffer(MAX_OUTPUT);
             CkBuffer length = CkBuffer.ofUlong(MAX_OUTPUT)) {
            cryptoki.call(CkFunction.C_SIGN_INIT, handle, mechanism.pointer(), Cryptoki.ulong(key));
            cryptoki.call(CkFunction.C_SIGN, handle, input.pointer(), Cryptoki.ulong(data.length), output.pointer(),
                    length.pointer());
            return output.getBytes(0, Math.min(length.rewind().getUlong(), MAX_OUTPUT));
        }
    }

    /** @return the new key's handle */
    long generate(long type, CkTemplate template) throws CkException {
        try (CkMechanism mechanism = CkMechanism.of(type, Operation.NO_PARAMETERS);
             CkBuffer made = new CkBuffer(CkBuffer.ULONG)) {
            cryptoki.call(CkFunction.C_GENERATE_KEY, handle, mechanism.pointer(), template.pointer(),
                    Cryptoki.ulong(template.count()), made.pointer());
            return made.getUlong();
        }
    }

    void destroy(long object) throws CkException {
        cryptoki.call(CkFunction.C_DESTROY_OBJECT, handle, Cryptoki.ulong(object));
    }

    /** @param secretLength bytes of the shared secret */
    byte[] derive(long key, Operation operation, int secretLength) throws CkException {
        try (CkMechanism mechanism = CkMechanism.of(operation.mechanism(), operation.parameters());
             CkTemplate template = new CkTemplate().ulong(Ck.A_CLASS, Ck.O_SECRET_KEY)
                     .ulong(Ck.A_KEY_TYPE, Ck.K_GENERIC_SECRET).ulong(Ck.A_VALUE_LEN, secretLength)
                     .bool(Ck.A_TOKEN, false).bool(Ck.A_SENSITIVE, false).bool(Ck.A_EXTRACTABLE, true);
             CkBuffer made = new CkBuffer(CkBuffer.ULONG)) {
            cryptoki.call(CkFunction.C_DERIVE_KEY, handle, mechanism.pointer(), Cryptoki.ulong(key), template.pointer(),
                    Cryptoki.ulong(template.count()), made.pointer());
            long secret = made.getUlong();
            try {
                return value(secret, Ck.A_VALUE, secretLength);
            } finally {
                destroy(secret);
            }
        }
    }
}
