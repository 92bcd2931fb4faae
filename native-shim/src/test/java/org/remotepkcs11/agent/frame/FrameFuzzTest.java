package org.remotepkcs11.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;

/** Whatever a host sends, the decoders either understand it or throw {@link IOException}; they never read past it. */
class FrameFuzzTest {
    /** Fuzz with {@code JAZZER_FUZZ=1 mvn test -Dtest=FrameFuzzTest}; the corpus is beside this class's resources. */
    @FuzzTest(maxDuration = "2m")
    void connectionNeverBreaksTheAgent(byte[] sent) {
        Frames frames = new Frames(Channels.newChannel(new ByteArrayInputStream(sent)));
        try {
            Optional<ByteBuffer> first = frames.next();
            if (first.isPresent()) {
                Greeting.decode(first.get());
            }
            for (Optional<ByteBuffer> frame = frames.next(); frame.isPresent(); frame = frames.next()) {
                CallRequest.decode(frame.get()).arguments().wipe();
            }
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @Test
    void mutationsOfEveryCallAreUnderstoodOrRefused() {
        Random random = new Random(20261121);
        for (Function function : FunctionTable.standard().functions()) {
            for (int round = 0; round < 500; round++) {
                byte[] frame = new byte[random.nextInt(200)];
                random.nextBytes(frame);
                sprinkle(frame, random);
                decode(FrameBytes.call(function.name()).raw(frame).array());
            }
        }
    }

    /** Random bytes are seldom small numbers; frames are full of them. */
    private static void sprinkle(byte[] frame, Random random) {
        for (int i = 0; i < frame.length; i++) {
            frame[i] = random.nextInt(8) == 0 ? frame[i] : (byte) random.nextInt(2);
        }
    }

    private static void decode(byte[] frame) {
        try {
            CallRequest.decode(ByteBuffer.wrap(frame)).arguments().wipe();
        } catch (MalformedFrameException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
