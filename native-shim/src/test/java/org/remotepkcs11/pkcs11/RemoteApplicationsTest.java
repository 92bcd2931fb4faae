package org.remotepkcs11.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** Applications over a real proxy with a software card. */
class RemoteApplicationsTest {
    private static final int FLAGS = 4;
    private static final long PIN_FLAGS = 0x70000;

    private TestProxy proxy;
    private RemoteApplications applications;
    private RemoteClient client;
    private Dispatcher application;
    private long slot;
    private long session;

    @BeforeEach
    void begin() throws Exception {
        proxy = TestProxy.builder().softwareCard("Soft", SoftwareKeyType.P_256).setting("pin.tries", "3").start();
        applications = new RemoteApplications();
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
        application = open(Optional.empty());
        slot = slots(application)[0];
        session = number(call("C_OpenSession", "slot", slot, "flags", CKF.SERIAL_SESSION | CKF.RW_SESSION), "session");
    }

    @AfterEach
    void end() {
        application.close();
        client.close();
        applications.close();
        proxy.close();
    }

    private Dispatcher open(Optional<String> token) throws RefusedException {
        return applications.open(new Host("test", 1, Optional.of(proxy.configuration()), token, Map.of()));
    }

    private Answer call(String name, Object... named) {
        return call(application, name, named);
    }

    private static Answer call(Dispatcher on, String name, Object... named) {
        Function function = FunctionTable.standard().byName(name);
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < named.length; i += 2) {
            values.put((String) named[i], named[i + 1]);
        }
        return on.call(function, new Arguments(function, values));
    }

    private static long[] slots(Dispatcher on) {
        Answer.Sized listed = (Answer.Sized) call(on, "C_GetSlotList", "tokenPresent", true, "slots", Room.of(9))
                .output("slots").orElseThrow();
        return (long[]) listed.value().orElseThrow();
    }

    private static long number(Answer answer, String name) {
        return (Long) answer.output(name).orElseThrow();
    }

    private String login(Optional<String> pin) {
        return CKR.name(call("C_Login", "session", session, "userType", CKF.USER_USER, "pin",
                pin.map(text -> text.getBytes(StandardCharsets.UTF_8))).rv());
    }

    private long privateKey() {
        call("C_FindObjectsInit", "session", session, "template",
                List.of(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY)));
        Answer.Sized found = (Answer.Sized) call("C_FindObjects", "session", session, "objects", Room.of(1))
                .output("objects").orElseThrow();
        call("C_FindObjectsFinal", "session", session);
        return ((long[]) found.value().orElseThrow())[0];
    }

    private String sign(long key) {
        call("C_SignInit", "session", session, "mechanism", Optional.of(Mechanism.of(CKM.ECDSA_SHA256)), "key", key);
        return CKR.name(call("C_Sign", "session", session, "data", new byte[9], "signature", Room.of(64)).rv());
    }

    private long pinFlags() {
        Answer.Fields info = (Answer.Fields) call("C_GetTokenInfo", "slot", slot).output("info").orElseThrow();
        return (Long) info.values().get(FLAGS) & PIN_FLAGS;
    }

    @Test
    void eachFurtherSignatureIsOneRequest() {
        assertThat(login(Optional.of(proxy.virtualPin()))).isEqualTo("CKR_OK");
        long key = privateKey();
        sign(key);
        long before = client.requests();
        for (int i = 0; i < 5; i++) {
            assertThat(sign(key)).isEqualTo("CKR_OK");
        }
        assertThat(client.requests() - before).isEqualTo(5);
    }

    @Test
    void nextApplicationOfTheAgentFindsEverythingWarm() throws RefusedException {
        long before = client.requests();
        try (Dispatcher next = open(Optional.of("Soft"))) {
            assertThat(slots(next)).containsExactly(slot);
        }
        try (Dispatcher other = open(Optional.of("Another card"))) {
            assertThat(slots(other)).isEmpty();
        }
        assertThat(client.requests() - before).isZero();
    }

    @Test
    void wrongPinsShowInTheTokensFlagsUntilItIsLocked() {
        assertThat(login(Optional.of("000000"))).isEqualTo("CKR_PIN_INCORRECT");
        assertThat(pinFlags()).isEqualTo(CKF.USER_PIN_COUNT_LOW);
        assertThat(login(Optional.of("000000"))).isEqualTo("CKR_PIN_INCORRECT");
        assertThat(pinFlags()).isEqualTo(CKF.USER_PIN_COUNT_LOW | CKF.USER_PIN_FINAL_TRY);
        login(Optional.of("000000"));
        assertThat(pinFlags()).isEqualTo(CKF.USER_PIN_LOCKED);
        assertThat(login(Optional.of(proxy.virtualPin()))).isEqualTo("CKR_PIN_LOCKED");
    }

    @Test
    void rightPinClearsTheFlags() {
        login(Optional.of("000000"));
        assertThat(login(Optional.of(proxy.virtualPin()))).isEqualTo("CKR_OK");
        assertThat(pinFlags()).isZero();
    }

    @Test
    void virtualPinIsChanged() {
        byte[] old = proxy.virtualPin().getBytes(StandardCharsets.UTF_8);
        byte[] renewed = "97531246".getBytes(StandardCharsets.UTF_8);
        assertThat(call("C_SetPIN", "session", session, "oldPin", Optional.of(old), "newPin", Optional.of(renewed))
                .rv()).isZero();
        assertThat(login(Optional.of(proxy.virtualPin()))).isEqualTo("CKR_PIN_INCORRECT");
        assertThat(login(Optional.of("97531246"))).isEqualTo("CKR_OK");
        assertThat(sign(privateKey())).isEqualTo("CKR_OK");
    }

    @Test
    void revokedDelegationSignsNoMoreAndItsTokenGoes() throws Exception {
        login(Optional.of(proxy.virtualPin()));
        long key = privateKey();
        proxy.revoke();
        assertThat(sign(key)).isEqualTo(CKR.name(ErrorCode.DELEGATION_REVOKED.ckr()));
        assertThat(slots(application)).isEmpty();
        assertThat(CKR.name(call("C_GetSessionInfo", "session", session).rv())).isEqualTo("CKR_DEVICE_REMOVED");
    }

    @Test
    void waitingHostIsToldOfARevokedDelegation() throws Exception {
        proxy.revoke();
        Answer event = call("C_WaitForSlotEvent", "flags", 0L);
        assertThat(event.rv()).isZero();
        assertThat(number(event, "slot")).isEqualTo(slot);
    }

    @Test
    void configuredPinStandsInForTheHostsButIsNotRepeatedOnceItWasWrong() throws Exception {
        assertThat(login(Optional.empty())).isEqualTo("CKR_ARGUMENTS_BAD");
        Path pin = Files.writeString(proxy.configuration().resolveSibling("pin"), "000000\n");
        Files.writeString(proxy.configuration(), "pin=file:pin\n", StandardOpenOption.APPEND);
        application.close();
        application = open(Optional.empty());
        session = number(call("C_OpenSession", "slot", slots(application)[0], "flags", CKF.SERIAL_SESSION), "session");
        assertThat(login(Optional.empty())).isEqualTo("CKR_PIN_INCORRECT");
        assertThat(login(Optional.empty())).isEqualTo("CKR_ARGUMENTS_BAD");
        Files.writeString(pin, proxy.virtualPin());
        assertThat(login(Optional.empty())).isEqualTo("CKR_OK");
    }
}
