package org.remotepkcs11.agent.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GreetingTest {
    @Test
    void saysWhoCalls() throws Exception {
        Greeting greeting = Greeting.decode(FrameBytes.greeting(1, 8).frame());
        assertThat(greeting.application()).hasSize(32);
        assertThat(greeting.host()).hasToString("tool[4711]");
        assertThat(greeting.host().configuration()).contains(Path.of("/etc/client.properties"));
        assertThat(greeting.host().token()).isEmpty();
        assertThat(greeting.host().terminal()).containsEntry("GPG_TTY", "/dev/pts/1").doesNotContainKey("XAUTHORITY");
    }

    @Test
    void otherVersionsAndMachinesAreNamed() {
        assertThatThrownBy(() -> Greeting.decode(FrameBytes.greeting(2, 4).frame())).isInstanceOf(MalformedFrameException.class)
                .hasMessage("module version 2 with numbers of 4 bytes; this agent speaks version 1 with 8");
    }

    @Test
    void programNameCannotForgeLogLines() throws Exception {
        byte[] frame = FrameBytes.greeting(1, 8).array();
        int name = new String(frame, StandardCharsets.ISO_8859_1).indexOf("tool");
        frame[name] = '\n';
        assertThat(Greeting.decode(ByteBuffer.wrap(frame)).host().program()).isEqualTo("?ool");
    }
}
