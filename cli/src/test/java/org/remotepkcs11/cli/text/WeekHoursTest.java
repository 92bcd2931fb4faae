package org.remotepkcs11.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class WeekHoursTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Mon-Fri 09:00-17:00 | Mon,Tue,Wed,Thu,Fri 09:00-17:00",
        "Sat,Sun 10:30-24:00 | Sat,Sun 10:30-24:00",
        "Sat-Mon 00:00-00:01 | Mon,Sat,Sun 00:00-00:01",
        "tue 08:00-09:00     | Tue 08:00-09:00"})
    void hoursAreUnderstood(String text, String shown) throws Exception {
        assertThat(new WeekHours().convert(text)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mon", "09:00-17:00", "Mon 17:00-09:00", "Mon 09:00", "Mon 9-17", "Mon 09:00-25:00",
        "Foo 09:00-17:00", "Mon-Tue-Wed 09:00-17:00", "Mon 09:00-09:00"})
    void whatAreNoHoursIsRefusedWithExamples(String text) {
        assertThatThrownBy(() -> new WeekHours().convert(text)).isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(WeekHours.FORMS);
    }
}
