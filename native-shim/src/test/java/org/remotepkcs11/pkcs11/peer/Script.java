package org.remotepkcs11.pkcs11.peer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Room;

/** What a host does with one module, in words of the tests. */
final class Script {
    private static final byte[] NOTHING = {};

    private final Dispatcher module;
    private final long slot;
    private final String pin;
    private long session;

    Script(Dispatcher module, long slot, String pin) {
        this.module = module;
        this.slot = slot;
        this.pin = pin;
    }

    Answer call(String name, Object... named) {
        Function function = FunctionTable.standard().byName(name);
        Map<String, Object> values = new HashMap<>(Map.of("session", session, "slot", slot));
        for (int i = 0; i < named.length; i += 2) {
            values.put((String) named[i], named[i + 1]);
        }
        return module.call(function, new Arguments(function, values));
    }

    long slot() {
        return slot;
    }

    long session() {
        return session;
    }

    long open(long flags) {
        Answer answer = call("C_OpenSession", "flags", flags);
        if (answer.rv() == 0) {
            session = number(answer, "session");
        }
        return answer.rv();
    }

    Script opened() {
        open(CKF.SERIAL_SESSION | CKF.RW_SESSION);
        return this;
    }

    long login() {
        return login(pin);
    }

    long login(String given) {
        return call("C_Login", "userType", CKF.USER_USER, "pin",
                Optional.of(given.getBytes(StandardCharsets.UTF_8))).rv();
    }

    long find(Attribute... template) {
        call("C_FindObjectsInit", "template", List.of(template));
        Answer.Sized found =
                (Answer.Sized) call("C_FindObjects", "objects", Room.of(10)).output("objects").orElseThrow();
        call("C_FindObjectsFinal");
        long[] handles = (long[]) found.value().orElse(new long[0]);
        return handles.length == 0 ? 0 : handles[0];
    }

    long create(Attribute... template) {
        Answer answer = call("C_CreateObject", "template", List.of(template));
        return answer.rv() == 0 ? number(answer, "object") : 0;
    }

    long createReturns(Attribute... template) {
        return call("C_CreateObject", "template", List.of(template)).rv();
    }

    long init(String function, long mechanism, long key) {
        return init(function, Mechanism.of(mechanism), key);
    }

    long init(String function, Mechanism mechanism, long key) {
        return call(function, "mechanism", Optional.of(mechanism), "key", key).rv();
    }

    /** A function with one input and one output. */
    Answer transform(String function, String input, byte[] data, String output, Room room) {
        return call(function, input, data, output, room);
    }

    long signReturns(Room room) {
        return transform("C_Sign", "data", new byte[20], "signature", room).rv();
    }

    Answer attribute(long object, long type, Room room) {
        return call("C_GetAttributeValue", "object", object, "template", List.of(new AttributeQuery(type, room)));
    }

    byte[] value(long object, long type) {
        List<?> values = (List<?>) attribute(object, type, Room.of(4096)).output("template").orElseThrow();
        return ((AttributeValue) values.get(0)).value().orElse(NOTHING);
    }

    static byte[] bytes(Answer answer, String name) {
        return (byte[]) answer.output(name).map(sized -> ((Answer.Sized) sized).value().orElse(NOTHING))
                .orElse(NOTHING);
    }

    static long length(Answer answer, String name) {
        return answer.output(name).map(sized -> ((Answer.Sized) sized).length()).orElse(-1L);
    }

    static long number(Answer answer, String name) {
        return (Long) answer.output(name).orElseThrow();
    }
}
