package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.pkcs11.call.ApplicationDispatcher;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Message;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.pkcs11.table.Structure;

/** Whatever a host calls, in whatever order, it gets a return value that the standard knows, and nothing is thrown. */
class RandomCallsTest {
    private static final List<Function> FUNCTIONS = FunctionTable.standard().functions().stream()
            .filter(Function::isDispatched).filter(function -> !function.name().equals("C_WaitForSlotEvent"))
            .filter(function -> !function.name().startsWith("C_GenerateKeyPair")).toList();
    private static final long[] ATTRIBUTES = {CKA.CLASS, CKA.TOKEN, CKA.PRIVATE, CKA.LABEL, CKA.VALUE, CKA.KEY_TYPE,
        CKA.ID, CKA.SENSITIVE, CKA.EXTRACTABLE, CKA.ENCRYPT, CKA.DERIVE, CKA.MODULUS, CKA.PUBLIC_EXPONENT, CKA.EC_PARAMS,
        CKA.EC_POINT, CKA.VALUE_LEN, CKA.ALLOWED_MECHANISMS, CKA.START_DATE, CKA.SUBJECT, CKA.CERTIFICATE_TYPE,
        CKA.CHECK_VALUE, CKA.PRIME_1, CKA.WRAP_TEMPLATE, 0x80000000L};

    private Random random;
    private long session;
    private long slot;
    private Long[] mechanisms;
    private long[] handles = {};
    private int succeeded;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyCallIsAnswered(long seed) {
        random = new Random(seed);
        mechanisms = LocalMechanisms.all().keySet().toArray(Long[]::new);
        Host host = Host.with(SoftwareKey.rsa(), SoftwareKey.p256()).login();
        try (ApplicationDispatcher dispatcher = new ApplicationDispatcher(host.application)) {
            host.find();
            slot = host.slot;
            session = host.session;
            for (int i = 0; i < 20_000; i++) {
                Function function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
                long returned = dispatcher.call(function, arguments(function)).rv();
                assertThat(CKR.name(returned)).as(function.name()).startsWith("CKR_")
                        .isNotEqualTo("CKR_GENERAL_ERROR");
                succeeded += returned == CKR.OK ? 1 : 0;
                revive(host);
            }
            assertThat(succeeded).as("calls that did something").isGreaterThan(1_000);
        } finally {
            host.close();
        }
    }

    private void revive(Host host) {
        if (random.nextInt(20) != 0) {
            return;
        }
        session = host.open(random.nextBoolean() ? CKF.RW_SESSION : 0);
        if (host.application.sessions().info(session).state() % 2 == 0 && random.nextBoolean()) {
            host.application.sessions().login(session, CKF.USER_USER, Host.pin(SoftwareCards.PIN));
        }
        host.application.objects().findInit(session, Template.EMPTY);
        handles = host.application.objects().find(session, 40);
        host.application.objects().findFinal(session);
    }

    private Arguments arguments(Function function) {
        Map<String, Object> values = new HashMap<>();
        for (Argument argument : function.arguments()) {
            value(argument).ifPresent(value -> values.put(argument.name(), value));
        }
        return new Arguments(function, values);
    }

    private Optional<Object> value(Argument argument) {
        return switch (argument.kind()) {
            case ULONG -> Optional.of(ulong(argument.name()));
            case BOOL -> Optional.of(random.nextBoolean());
            case BYTES, LABEL -> Optional.of(bytes());
            case PIN, OPTIONAL -> Optional.of(random.nextInt(3) == 0 ? Optional.empty() : Optional.of(bytes()));
            case MECHANISM -> Optional.of(random.nextInt(20) == 0 ? Optional.empty() : Optional.of(mechanism()));
            case MESSAGE -> Optional.of(Optional.of(message()));
            case TEMPLATE -> Optional.of(template());
            case QUERY -> Optional.of(template().stream().map(one -> new AttributeQuery(one.type(), room())).toList());
            case OUT_BYTES, OUT_ULONGS, OUT_FOUND -> Optional.of(room());
            case OUT_FILL -> Optional.of(Room.of(random.nextInt(100)));
            case OUT_OPTIONAL -> Optional.of(random.nextBoolean() ? Optional.empty() : Optional.of(room()));
            default -> Optional.empty();
        };
    }

    private Room room() {
        return random.nextInt(4) == 0 ? Room.LENGTH_ONLY : Room.of(random.nextInt(600));
    }

    private long ulong(String name) {
        if (random.nextInt(30) == 0) {
            return random.nextLong();
        }
        return switch (name) {
            case "session" -> session;
            case "slot" -> slot;
            case "flags" -> random.nextLong() & 0xFFFFF;
            case "type" -> mechanisms[random.nextInt(mechanisms.length)];
            default -> handles.length > 0 && random.nextInt(4) > 0 ? handles[random.nextInt(handles.length)]
                    : random.nextInt(40);
        };
    }

    private byte[] bytes() {
        int[] lengths = {0, 1, 8, 12, 16, 20, 24, 32, 64, 65, 256, 300};
        byte[] bytes = new byte[lengths[random.nextInt(lengths.length)]];
        random.nextBytes(bytes);
        return bytes;
    }

    private Mechanism mechanism() {
        long type = mechanisms[random.nextInt(mechanisms.length)];
        Structure structure = FunctionTable.standard().parametersByMechanism().get(type);
        if (structure == null || random.nextInt(10) == 0) {
            return Mechanism.flat(type, bytes());
        }
        return Mechanism.structured(type, structure, fields(structure));
    }

    private Message message() {
        List<Structure> structures = FunctionTable.standard().messages();
        Structure structure = structures.get(random.nextInt(structures.size()));
        return new Message(structure, fields(structure));
    }

    private List<Object> fields(Structure structure) {
        List<Object> fields = new ArrayList<>();
        for (Structure.Field field : structure.fields()) {
            fields.add(switch (field.kind()) {
                case ULONG -> field.name().equals("hash") ? 0x250L : random.nextInt(5) == 0 ? random.nextLong()
                        : random.nextInt(200);
                case BOOL -> random.nextBoolean();
                case FIXED, BLOCK -> new byte[field.size()];
                default -> bytes();
            });
        }
        fields.replaceAll(value -> value instanceof Integer number ? Long.valueOf(number) : value);
        return fields;
    }

    private List<Attribute> template() {
        List<Attribute> template = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            long type = ATTRIBUTES[random.nextInt(ATTRIBUTES.length)];
            template.add(random.nextInt(8) == 0 ? new Attribute(type, bytes()) : attribute(type));
        }
        return template;
    }

    private Attribute attribute(long type) {
        return switch (CKA.kind(type)) {
            case BOOL -> Attribute.ofBool(type, random.nextBoolean());
            case ULONG -> Attribute.ofUlong(type, random.nextInt(type == CKA.VALUE_LEN ? 40 : 6));
            default -> new Attribute(type, bytes());
        };
    }
}
