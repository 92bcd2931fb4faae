package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentTest {
    private final Recent<Integer, String> recent = new Recent<>(3);

    @Test
    void whatWasNotUsedForLongestGoes() {
        IntStream.rangeClosed(1, 3).forEach(number -> recent.put(number, "number " + number));
        recent.find(1);
        recent.put(4, "number 4");
        assertThat(recent.find(1)).hasValue("number 1");
        assertThat(recent.find(2)).isEmpty();
        assertThat(recent.find(3)).hasValue("number 3");
    }

    @Test
    void neverMoreIsKept() {
        IntStream.range(0, 1000).forEach(number -> recent.put(number, "number " + number));
        assertThat(IntStream.range(0, 1000).filter(number -> recent.find(number).isPresent())).hasSize(3);
    }
}
