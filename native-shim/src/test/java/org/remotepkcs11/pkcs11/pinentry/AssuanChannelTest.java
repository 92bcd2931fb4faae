package org.remotepkcs11.pkcs11.pinentry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AssuanChannelTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private AssuanChannel to(String said) throws IOException {
        return new AssuanChannel(new ByteArrayInputStream(said.getBytes(UTF_8)), sent);
    }

    @Test
    void pinIsReadWithItsEscapes() throws IOException {
        byte[] said = "# a remark\nS PASSWORD\nD 50%25%0a\u00e4\nOK\n".getBytes(UTF_8);
        AssuanChannel channel = new AssuanChannel(new Lines("OK\n".getBytes(UTF_8), said), sent);
        assertThat(channel.ask("GETPIN", "")).containsExactly("50%\n\u00e4".toCharArray());
        assertThat(sent.toString(UTF_8)).isEqualTo("GETPIN\n");
    }

    @Test
    void argumentStaysOneLine() throws IOException {
        new AssuanChannel(new Lines("OK\n".getBytes(UTF_8), "OK\n".getBytes(UTF_8)), sent).ask("SETDESC", "a\nSETPIN 50%");
        assertThat(sent.toString(UTF_8)).isEqualTo("SETDESC a%0ASETPIN 50%25\n");
    }

    @Test
    void refusalIsTold() {
        assertThatThrownBy(() -> to("ERR 83886179 Operation cancelled <Pinentry>\n"))
                .isInstanceOf(AssuanException.class).hasMessageContaining("Operation cancelled");
    }

    @Test
    void answerWithoutEndIsCutOff() {
        assertThatThrownBy(() -> to("S waiting\n".repeat(10_000))).isInstanceOf(AssuanException.class);
    }

    /** Fuzz with {@code JAZZER_FUZZ=1 mvn test -Dtest=AssuanChannelTest}. */
    @FuzzTest(maxDuration = "1m")
    void whateverIsSaidIsUnderstoodOrRefused(byte[] said) throws IOException {
        AssuanChannel channel = new AssuanChannel(new Lines("OK\n".getBytes(UTF_8), said), sent);
        try {
            assertThat(channel.ask("GETPIN", "").length).isLessThanOrEqualTo(said.length);
        } catch (AssuanException refused) {
            assertThat(refused).hasMessageNotContaining("\n");
        }
    }

    /** One answer for each read, as a program gives them that waits for its next command. */
    private static final class Lines extends ByteArrayInputStream {
        private int first;

        Lines(byte[] greeting, byte[] answer) {
            super(joined(greeting, answer));
            first = greeting.length;
        }

        private static byte[] joined(byte[] one, byte[] other) {
            byte[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            int got = super.read(into, offset, first > 0 ? Math.min(first, length) : length);
            first = 0;
            return got;
        }
    }
}
