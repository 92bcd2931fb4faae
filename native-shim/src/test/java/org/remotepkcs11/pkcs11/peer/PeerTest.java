package org.remotepkcs11.pkcs11.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.pkcs11.application.Application;
import org.remotepkcs11.pkcs11.application.Inventory;
import org.remotepkcs11.pkcs11.application.PinEntry;
import org.remotepkcs11.pkcs11.application.RemoteCards;
import org.remotepkcs11.pkcs11.call.ApplicationDispatcher;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;

/**
 * The same calls on the same token, in SoftHSM directly and through a proxy: a host cannot tell which it has. Where
 * SoftHSM departs from the standard there is no case here: it logs out who is not logged in, and calls an unknown key
 * an unknown object.
 */
class PeerTest {
    private static SoftHsmToken token;
    private static TestProxy proxy;
    private static RemoteClient client;
    private static PeerModule softHsm;

    private Inventory inventory;
    private ApplicationDispatcher ours;
    private Script remote;
    private Script direct;

    @BeforeAll
    static void begin() throws Exception {
        token = SoftHsmToken.create("Peers", SoftHsmKey.RSA_2048, SoftHsmKey.P_256);
        proxy = TestProxy.builder().token(token).start();
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
        softHsm = new PeerModule(SoftHsmToken.module());
    }

    @AfterAll
    static void end() {
        client.close();
        proxy.close();
        token.close();
    }

    @BeforeEach
    void open() {
        inventory = new Inventory(new RemoteCards(client));
        ours = new ApplicationDispatcher(new Application(inventory, Optional.empty(), PinEntry.NONE));
        Answer.Sized slots = (Answer.Sized) new Script(ours, 0, "").call("C_GetSlotList", "tokenPresent", true, "slots",
                Room.of(9)).output("slots").orElseThrow();
        remote = new Script(ours, ((long[]) slots.value().orElseThrow())[0], proxy.virtualPin()).opened();
        long slot = Long.parseLong(token.serial().substring(8), 16) & 0x7FFFFFFFL;
        direct = new Script(softHsm, slot, token.pin()).opened();
    }

    @AfterEach
    void close() {
        direct.call("C_CloseAllSessions");
        ours.close();
        inventory.close();
    }

    private void assertSame(String what, ToLongFunction<Script> step) {
        assertThat(CKR.name(step.applyAsLong(remote))).as(what).isEqualTo(CKR.name(step.applyAsLong(direct)));
    }

    private void both(Consumer<Script> step) {
        Stream.of(remote, direct).forEach(step);
    }

    private static long privateKey(Script script, SoftHsmKey key) {
        return script.find(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY), Attribute.ofText(CKA.LABEL, key.label()));
    }

    private static long publicKey(Script script, SoftHsmKey key) {
        return script.find(Attribute.ofUlong(CKA.CLASS, CKO.PUBLIC_KEY), Attribute.ofText(CKA.LABEL, key.label()));
    }

    private static long aes(Script script, Attribute... more) {
        List<Attribute> template = new ArrayList<>(List.of(more));
        template.add(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY));
        template.add(Attribute.ofUlong(CKA.KEY_TYPE, CKK.AES));
        template.add(new Attribute(CKA.VALUE, new byte[16]));
        template.add(Attribute.ofBool(CKA.TOKEN, false));
        return script.create(template.toArray(Attribute[]::new));
    }

    @Test
    void sessionsAndLoginsReturnTheSame() {
        assertSame("parallel session", script -> script.open(CKF.RW_SESSION));
        assertSame("unknown session", script -> script.call("C_GetSessionInfo", "session", 9999L).rv());
        assertSame("wrong pin", script -> script.login("0000"));
        assertSame("right pin", Script::login);
        assertSame("right pin again", Script::login);
        assertSame("context login without operation", script -> script.call("C_Login", "userType", 2L, "pin",
                Optional.of(new byte[4])).rv());
        assertSame("unknown user", script -> script.call("C_Login", "userType", 9L, "pin",
                Optional.of(new byte[4])).rv());
        assertSame("logout", script -> script.call("C_Logout").rv());
        assertSame("function status", script -> script.call("C_GetFunctionStatus").rv());
        assertSame("unknown mechanism", script -> script.call("C_GetMechanismInfo", "type", 0x7777L).rv());
    }

    @Test
    void privateKeysComeAndGoWithTheLogin() {
        assertSame("hidden", script -> privateKey(script, SoftHsmKey.RSA_2048));
        both(Script::login);
        both(script -> assertThat(privateKey(script, SoftHsmKey.RSA_2048)).isNotZero());
    }

    @Test
    void signaturesReturnTheSame() {
        both(Script::login);
        ToLongFunction<Script> rsa = script -> privateKey(script, SoftHsmKey.RSA_2048);
        assertSame("sign without init", script -> script.signReturns(Room.of(256)));
        assertSame("init", script -> script.init("C_SignInit", CKM.SHA256_RSA_PKCS, rsa.applyAsLong(script)));
        assertSame("init again", script -> script.init("C_SignInit", CKM.SHA256_RSA_PKCS, rsa.applyAsLong(script)));
        assertSame("length", script -> script.signReturns(Room.LENGTH_ONLY));
        assertSame("small buffer", script -> script.signReturns(Room.of(255)));
        assertSame("sign", script -> script.signReturns(Room.of(256)));
        assertSame("sign again", script -> script.signReturns(Room.of(256)));
        assertSame("unknown mechanism", script -> script.init("C_SignInit", 0x7777, rsa.applyAsLong(script)));
        assertSame("digest as signature", script -> script.init("C_SignInit", CKM.SHA256, rsa.applyAsLong(script)));
        assertSame("no parameter", script -> {
            long returned = script.init("C_SignInit", CKM.RSA_PKCS_PSS, rsa.applyAsLong(script));
            return returned == CKR.ARGUMENTS_BAD ? CKR.MECHANISM_PARAM_INVALID : returned;
        });
    }

    @Test
    void signaturesOfTheSameKeyAreTheSame() {
        both(Script::login);
        List<byte[]> signatures = new ArrayList<>();
        both(script -> {
            script.init("C_SignInit", CKM.SHA512_RSA_PKCS, privateKey(script, SoftHsmKey.RSA_2048));
            signatures.add(Script.bytes(script.transform("C_Sign", "data", new byte[99], "signature", Room.of(512)),
                    "signature"));
        });
        assertThat(signatures.get(0)).hasSize(256).isEqualTo(signatures.get(1));
    }

    @Test
    void eachVerifiesWhatTheOtherSigned() {
        both(Script::login);
        verify(remote, sign(direct), 0);
        verify(direct, sign(remote), 0);
        byte[] wrong = sign(direct);
        wrong[9] ^= 1;
        verify(remote, wrong, CKR.SIGNATURE_INVALID);
        verify(direct, wrong, CKR.SIGNATURE_INVALID);
        verify(remote, new byte[10], CKR.SIGNATURE_LEN_RANGE);
        verify(direct, new byte[10], CKR.SIGNATURE_LEN_RANGE);
    }

    private static byte[] sign(Script script) {
        script.init("C_SignInit", CKM.ECDSA, privateKey(script, SoftHsmKey.P_256));
        return Script.bytes(script.transform("C_Sign", "data", new byte[32], "signature", Room.of(64)), "signature");
    }

    private static void verify(Script script, byte[] signature, long expected) {
        script.init("C_VerifyInit", CKM.ECDSA, publicKey(script, SoftHsmKey.P_256));
        assertThat(script.call("C_Verify", "data", new byte[32], "signature", signature).rv()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {CKA.CLASS, CKA.TOKEN, CKA.PRIVATE, CKA.LABEL, CKA.ID, CKA.KEY_TYPE, CKA.SENSITIVE,
        CKA.EXTRACTABLE, CKA.ALWAYS_SENSITIVE, CKA.NEVER_EXTRACTABLE, CKA.LOCAL, CKA.SIGN, CKA.DECRYPT, CKA.DERIVE,
        CKA.MODULUS, CKA.PUBLIC_EXPONENT, CKA.EC_PARAMS, CKA.PRIVATE_EXPONENT, CKA.PRIME_1, CKA.VALUE,
        CKA.ALWAYS_AUTHENTICATE, CKA.WRAP_WITH_TRUSTED, CKA.MODULUS_BITS, CKA.ENCRYPT, CKA.VERIFY, CKA.EC_POINT})
    void attributesOfKeysAreTheSame(long type) {
        both(Script::login);
        for (SoftHsmKey key : new SoftHsmKey[] {SoftHsmKey.RSA_2048, SoftHsmKey.P_256}) {
            assertSame("private", script -> script.attribute(privateKey(script, key), type, Room.of(4096)).rv());
            assertThat(remote.value(privateKey(remote, key), type))
                    .isEqualTo(direct.value(privateKey(direct, key), type));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {CKA.MODULUS, CKA.MODULUS_BITS, CKA.PUBLIC_EXPONENT, CKA.EC_PARAMS, CKA.EC_POINT,
        CKA.KEY_TYPE, CKA.LABEL, CKA.ID, CKA.VERIFY, CKA.PRIVATE_EXPONENT, CKA.TRUSTED})
    void attributesOfPublicKeysAreTheSame(long type) {
        both(Script::login);
        for (SoftHsmKey key : new SoftHsmKey[] {SoftHsmKey.RSA_2048, SoftHsmKey.P_256}) {
            assertSame("public", script -> script.attribute(publicKey(script, key), type, Room.of(4096)).rv());
            assertThat(remote.value(publicKey(remote, key), type))
                    .isEqualTo(direct.value(publicKey(direct, key), type));
        }
    }

    @Test
    void attributeBuffersReturnTheSame() {
        assertSame("small buffer", script -> labelReturns(script, Room.of(2)));
        assertSame("length", script -> labelReturns(script, Room.LENGTH_ONLY));
        assertSame("unknown object", script -> script.attribute(9999, CKA.LABEL, Room.of(9)).rv());
        assertSame("unknown attribute",
                script -> script.attribute(publicKey(script, SoftHsmKey.RSA_2048), 0x80001234L, Room.of(9)).rv());
    }

    private static long labelReturns(Script script, Room room) {
        return script.attribute(publicKey(script, SoftHsmKey.RSA_2048), CKA.LABEL, room).rv();
    }

    @Test
    void searchesReturnTheSame() {
        assertSame("find without init", script -> script.call("C_FindObjects", "objects", Room.of(1)).rv());
        assertSame("final without init", script -> script.call("C_FindObjectsFinal").rv());
        assertSame("init", script -> script.call("C_FindObjectsInit", "template", List.of()).rv());
        assertSame("init again", script -> script.call("C_FindObjectsInit", "template", List.of()).rv());
        assertSame("final", script -> script.call("C_FindObjectsFinal").rv());
    }

    @Test
    void objectsOfASessionReturnTheSame() {
        both(Script::login);
        assertSame("no class", script -> script.createReturns(Attribute.ofText(CKA.LABEL, "x")));
        assertSame("destroy nothing", script -> script.call("C_DestroyObject", "object", 9999L).rv());
        assertSame("no longer sensitive", script -> script.call("C_SetAttributeValue", "object",
                aes(script, Attribute.ofBool(CKA.SENSITIVE, true)), "template",
                List.of(Attribute.ofBool(CKA.SENSITIVE, false))).rv());
        assertSame("not destroyable", script -> script.call("C_DestroyObject", "object",
                aes(script, Attribute.ofBool(CKA.DESTROYABLE, false))).rv());
        assertSame("not copyable", script -> script.call("C_CopyObject", "object",
                aes(script, Attribute.ofBool(CKA.COPYABLE, false)), "template", List.of()).rv());
        assertSame("sensitive", script -> script.attribute(
                aes(script, Attribute.ofBool(CKA.SENSITIVE, true)), CKA.VALUE, Room.of(99)).rv());
        assertSame("not extractable", script -> script.attribute(
                aes(script, Attribute.ofBool(CKA.EXTRACTABLE, false)), CKA.VALUE, Room.of(99)).rv());
    }

    @ParameterizedTest
    @ValueSource(longs = {CKM.AES_ECB, CKM.AES_CBC, CKM.AES_CBC_PAD})
    void ciphersGiveTheSame(long type) {
        both(Script::login);
        Mechanism mechanism = type == CKM.AES_ECB ? Mechanism.of(type) : Mechanism.flat(type, new byte[16]);
        List<byte[]> encrypted = new ArrayList<>();
        both(script -> {
            script.init("C_EncryptInit", mechanism, aes(script, Attribute.ofBool(CKA.ENCRYPT, true)));
            Answer part = script.transform("C_EncryptUpdate", "part", new byte[32], "encryptedPart", Room.of(64));
            Answer last = script.call("C_EncryptFinal", "lastEncryptedPart", Room.of(64));
            encrypted.add(Script.bytes(part, "encryptedPart"));
            encrypted.add(Script.bytes(last, "lastEncryptedPart"));
        });
        assertThat(encrypted.get(0)).isEqualTo(encrypted.get(2));
        assertThat(encrypted.get(1)).isEqualTo(encrypted.get(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {CKM.MD5, CKM.SHA_1, CKM.SHA224, CKM.SHA256, CKM.SHA384, CKM.SHA512})
    void digestsGiveTheSame(long type) {
        List<byte[]> digests = new ArrayList<>();
        both(script -> {
            script.call("C_DigestInit", "mechanism", Optional.of(Mechanism.of(type)));
            Answer length = script.transform("C_Digest", "data", new byte[99], "digest", Room.LENGTH_ONLY);
            digests.add(Script.bytes(script.transform("C_Digest", "data", new byte[99], "digest",
                    Room.of(Script.length(length, "digest"))), "digest"));
        });
        assertThat(digests.get(0)).isNotEmpty().isEqualTo(digests.get(1));
    }
}
