package org.remotepkcs11.client;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.remotepkcs11.wire.RefusedException;

/** Files that somebody else may have written; without {@code JAZZER_FUZZ=1} the seeds are repeated. */
class KeptFilesFuzzTest {
    private static final Set<String> KEYS = Set.of("config", "proxy", "token");
    private static final int MUTATIONS = 2_000;

    static Stream<byte[]> configurations() {
        return Stream.of("# RemotePKCS11 key store\nproxy=https://proxy:8443\ntoken=Demo card\n", "token", "=x", "token=\0",
                "token=a\ntoken=b", "\ufeffproxy=x", "a=b").map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("configurations")
    @FuzzTest
    void configuration(byte[] bytes) throws IOException {
        try {
            ConfigurationFile read = ConfigurationFile.read(new ByteArrayInputStream(bytes), "file", KEYS);
            read.required("token");
        } catch (RefusedException refused) {
            return;
        }
    }

    static Stream<byte[]> refusals() {
        return Stream.of("2026-11-21T10:00:00Z\nsign\nPIN_WRONG\nthe virtual pin is wrong\n4\n", "x\ny\nz\n\n0\n",
                "2026-11-21T10:00:00Z\nsign\nNO_SUCH_CODE\n\n4\n").map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("refusals")
    @FuzzTest
    void refusal(byte[] bytes) {
        LastRefusal.parse(bytes);
    }

    @Test
    void mutationsOfTheSeedsAreReadOrRefused() throws IOException {
        Random random = new Random(7);
        for (byte[] seed : Stream.concat(configurations(), refusals()).toList()) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutated = seed.clone();
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                configuration(mutated);
                refusal(mutated);
            }
        }
    }
}
