package org.remotepkcs11.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void membersKeepTheirOrderAndEmptyOnesAreLeftOut() {
        Map<String, Object> object = Json.object("b", 1, "a", Optional.empty(), "c", Optional.of(true));
        assertThat(Json.write(object)).isEqualTo("{\n  \"b\": 1,\n  \"c\": true\n}");
    }

    @Test
    void listsAreIndentedInTheirObject() {
        assertThat(Json.write(Json.object("list", List.of(1, "x"))))
                .isEqualTo("{\n  \"list\": [\n    1,\n    \"x\"\n  ]\n}");
    }

    @Test
    void quotesBackslashesAndControlCharactersAreEscaped() {
        assertThat(Json.write("a\"b\\c\n\u0001é")).isEqualTo("\"a\\\"b\\\\c\\u000a\\u0001é\"");
    }
}
