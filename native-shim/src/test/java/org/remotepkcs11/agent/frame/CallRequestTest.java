package org.remotepkcs11.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.Mechanism;
import org.remotepkcs11.pkcs11.table.Room;

class CallRequestTest {
    private static CallRequest decode(FrameBytes frame) throws MalformedFrameException {
        return CallRequest.decode(frame.frame());
    }

    @Test
    void signCarriesItsArguments() throws Exception {
        CallRequest request = decode(FrameBytes.call("C_Sign").u64(9).block((byte) 1, (byte) 2).u8(1).u64(256));
        assertThat(request.function().name()).isEqualTo("C_Sign");
        assertThat(request.arguments().ulong("session")).isEqualTo(9);
        assertThat(request.arguments().bytes("data")).containsExactly(1, 2);
        assertThat(request.arguments().room("signature")).isEqualTo(Room.of(256));
    }

    @Test
    void bufferLongerThanJavaCountsHasRoomForEverything() throws Exception {
        CallRequest request = decode(FrameBytes.call("C_DigestFinal").u64(9).u8(1).u64(-1));
        assertThat(request.arguments().room("digest").fits(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void missingPinIsNotAnEmptyOne() throws Exception {
        assertThat(decode(FrameBytes.call("C_Login").u64(1).u64(1).u8(0)).arguments().pin("pin")).isEmpty();
        assertThat(decode(FrameBytes.call("C_Login").u64(1).u64(1).u8(1).block()).arguments().pin("pin")).isPresent();
    }

    @Test
    void wipedArgumentsHoldNoPin() throws Exception {
        CallRequest request = decode(FrameBytes.call("C_Login").u64(1).u64(1).u8(1).text("4711"));
        byte[] pin = request.arguments().pin("pin").orElseThrow();
        request.arguments().wipe();
        assertThat(pin).containsOnly(0);
    }

    @Test
    void oaepParameterComesInFields() throws Exception {
        CallRequest request = decode(FrameBytes.call("C_DecryptInit").u64(1).u8(1).u64(9).u8(1).u64(0x250).u64(2).u64(1)
                .text("label").u64(77));
        Mechanism mechanism = request.arguments().mechanism("mechanism").orElseThrow();
        assertThat(mechanism.ulong("hash")).isEqualTo(0x250);
        assertThat(mechanism.bytes("label")).asString().isEqualTo("label");
    }

    @Test
    void templatesMayHoldTemplates() throws Exception {
        CallRequest request = decode(FrameBytes.call("C_FindObjectsInit").u64(1).u32(2).u64(3).text("a label")
                .u64(0x40000211).u32(1).u64(0).block(Attribute.ulong(4)));
        assertThat(request.arguments().template("template").get(0).value()).asString().isEqualTo("a label");
        assertThat(request.arguments().template("template").get(1).nested().get(0).asUlong()).isEqualTo(4);
    }

    @Test
    void functionsTheModuleAnswersAloneAreNotAsked() {
        assertThatThrownBy(() -> decode(FrameBytes.call("C_Initialize"))).hasMessage("no function 0");
        assertThatThrownBy(() -> decode(FrameBytes.call("C_EncryptMessageBegin")))
                .isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void countThatTheFrameCannotHoldIsRefusedBeforeMemoryIsTaken() {
        assertThatThrownBy(() -> decode(FrameBytes.call("C_FindObjectsInit").u64(1).u32(0xFFFFFFFFL)))
                .hasMessage("a count of 4294967295");
    }

    @Test
    void endlessNestingIsRefused() {
        FrameBytes frame = FrameBytes.call("C_FindObjectsInit").u64(1).u32(1);
        for (int depth = 0; depth < 10; depth++) {
            frame.u64(0x40000211).u32(1);
        }
        assertThatThrownBy(() -> decode(frame)).hasMessageContaining("templates within templates");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 9, 10, 13, 16, 20})
    void anyTruncationIsRefused(int length) {
        byte[] whole = FrameBytes.call("C_Sign").u64(9).block((byte) 1, (byte) 2).u8(1).u64(256).array();
        assertThatThrownBy(() -> CallRequest.decode(ByteBuffer.wrap(whole, 0, length)))
                .isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void anythingLeftOverIsRefused() {
        assertThatThrownBy(() -> decode(FrameBytes.call("C_CloseSession").u64(1).u8(0))).hasMessage("1 bytes too many");
    }
}
