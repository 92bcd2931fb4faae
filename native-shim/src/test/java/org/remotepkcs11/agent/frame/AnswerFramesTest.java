package org.remotepkcs11.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Room;

class AnswerFramesTest {
    private final AnswerFrames frames = new AnswerFrames();

    private byte[] answer(String function, Answer answer) {
        ByteBuffer frame = frames.answer(FunctionTable.standard().byName(function), answer);
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] expected(FrameBytes body) {
        return new FrameBytes().block(body.array()).array();
    }

    @Test
    void errorCarriesNothing() {
        assertThat(answer("C_Sign", Answer.of(0x30))).isEqualTo(expected(new FrameBytes().u8(0).u64(0x30).u8(0)));
    }

    @Test
    void valueThatFitsComesAlong() {
        assertThat(answer("C_Sign", Answer.filling("signature", Room.of(3), new byte[] {7, 8, 9})))
                .isEqualTo(expected(new FrameBytes().u8(0).u64(0).u8(1).u64(3).u8(1).raw((byte) 7, (byte) 8, (byte) 9)));
    }

    @Test
    void valueThatDoesNotFitIsMeasured() {
        assertThat(answer("C_Sign", Answer.filling("signature", Room.of(2), new byte[3])))
                .isEqualTo(expected(new FrameBytes().u8(0).u64(0x150).u8(1).u64(3).u8(0)));
    }

    @Test
    void attributesKeepTheirOrder() {
        Answer answer = Answer.of(0x12).attributes("template",
                List.of(AttributeValue.of(new byte[] {1}), AttributeValue.lengthOf(5), AttributeValue.UNAVAILABLE));
        assertThat(answer("C_GetAttributeValue", answer)).isEqualTo(expected(new FrameBytes().u8(0).u64(0x12).u8(1).u32(3)
                .u64(1).u8(1).u8(1).u64(5).u8(0).u64(-1).u8(0)));
    }

    @Test
    void textIsPaddedAndNeverCutWithinACharacter() {
        assertThat(PaddedText.of("ab", 4)).asString().isEqualTo("ab  ");
        assertThat(PaddedText.of("abcü", 4)).asString().isEqualTo("abc ");
    }

    @Test
    void structureWithMissingFieldsIsAFaultOfOurs() {
        assertThatThrownBy(() -> answer("C_GetInfo", Answer.ok().structure("info", 1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void answerLongerThanAFrameIsAFaultOfOurs() {
        assertThatThrownBy(() -> answer("C_Sign", Answer.ok().bytes("signature", new byte[Frames.MAX_BYTES])))
                .hasMessage("an answer longer than a frame may be");
    }
}
