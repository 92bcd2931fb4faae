package org.remotepkcs11.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

class AuditFormatsFuzzTest {
    /** What can be read can be told in one line. */
    @FuzzTest
    void entriesAreReadOrRefused(byte[] bytes) {
        try {
            assertThat(new EntryText().of(0, AuditEntryCodec.decode(bytes))).doesNotContain("\n");
        } catch (UnreadableEntryException refused) {
            assertThat(refused).hasMessageContaining("entry").hasMessageNotContaining("null");
        }
    }

    /** What can be read is written the same way. */
    @FuzzTest
    void proofsAreReadOrRefused(byte[] bytes) {
        try {
            InclusionProof proof = InclusionProof.parse(new String(bytes, StandardCharsets.UTF_8));
            assertThat(proof.text()).isNotEmpty();
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("no proof");
        }
    }
}
