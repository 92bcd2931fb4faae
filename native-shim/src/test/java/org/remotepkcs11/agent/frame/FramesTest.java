package org.remotepkcs11.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static Frames of(FrameBytes bytes) {
        return new Frames(Channels.newChannel(new ByteArrayInputStream(bytes.array())));
    }

    @Test
    void endBetweenFramesIsTheEnd() throws Exception {
        assertThat(of(new FrameBytes()).next()).isEmpty();
    }

    @Test
    void endWithinAFrameIsAnError() {
        assertThatThrownBy(() -> of(new FrameBytes().u32(5).u8(1)).next()).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> of(new FrameBytes().u16(5)).next()).isInstanceOf(EOFException.class);
    }

    @Test
    void promiseOfManyBytesTakesNoMemory() {
        assertThatThrownBy(() -> of(new FrameBytes().u32(Frames.MAX_BYTES - 4)).next()).isInstanceOf(EOFException.class);
    }

    @Test
    void lengthsOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> of(new FrameBytes().u32(0)).next()).isInstanceOf(MalformedFrameException.class);
        assertThatThrownBy(() -> of(new FrameBytes().u32(0xFFFFFFFFL)).next()).hasMessage("a frame of 4294967295 bytes");
    }

    @Test
    void wipedFrameIsOverwritten() throws Exception {
        Frames frames = of(new FrameBytes().text("4711"));
        ByteBuffer frame = frames.next().orElseThrow();
        frames.wipe();
        assertThat(frame).isEqualTo(ByteBuffer.allocate(4));
    }
}
