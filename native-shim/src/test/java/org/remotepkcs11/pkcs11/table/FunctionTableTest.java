package org.remotepkcs11.pkcs11.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionTableTest {
    private final FunctionTable table = FunctionTable.standard();

    @Test
    void functionListsHaveTheStandardsLengths() {
        assertThat(table.functions()).filteredOn(f -> f.since().equals("2.40")).hasSize(68);
        assertThat(table.functions()).filteredOn(f -> f.since().equals("3.0")).hasSize(24);
        assertThat(table.functions()).filteredOn(f -> f.since().equals("3.2")).hasSize(12);
    }

    @Test
    void newerFunctionsComeAfterOlderOnes() {
        assertThat(table.functions()).extracting(Function::since).isSorted();
    }

    @Test
    void signTakesDataAndGivesASignature() {
        assertThat(table.byName("C_Sign").arguments()).extracting(Argument::name)
                .containsExactly("session", "data", "signature");
        assertThat(table.byName("C_Sign").arguments()).extracting(Argument::kind)
                .containsExactly(Kind.ULONG, Kind.BYTES, Kind.OUT_BYTES);
    }

    @Test
    void structuresHaveTheirFields() {
        assertThat(table.structures().get("CK_TOKEN_INFO").fields()).hasSize(18);
        assertThat(table.structures().get("CK_INFO").fields().get(1).size()).isEqualTo(32);
    }

    @Test
    void oaepHasAParameterWithPointers() {
        assertThat(table.parametersByMechanism().get(9L).name()).isEqualTo("CK_RSA_PKCS_OAEP_PARAMS");
    }

    @Test
    void unknownLineIsRefused() {
        assertThatThrownBy(() -> TableParser.parse(List.of("funktion 0 C_Sign")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void gapInTheNumbersIsRefused() {
        assertThatThrownBy(() -> TableParser.parse(List.of("function 1 C_Sign 2.40 agent")))
                .hasMessage("C_Sign is number 0, not 1");
    }
}
