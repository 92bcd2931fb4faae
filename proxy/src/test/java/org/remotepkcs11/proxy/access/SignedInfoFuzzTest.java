package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class SignedInfoFuzzTest {
    /** Whatever a user sends: digests, or none; nothing is thrown. */
    @FuzzTest
    void anythingIsReadOrNot(byte[] bytes) {
        assertThat(SignedInfo.digests(bytes)).doesNotContainNull();
    }
}
