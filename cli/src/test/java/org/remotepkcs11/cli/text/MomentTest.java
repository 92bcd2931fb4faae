package org.remotepkcs11.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MomentTest {
    private static Instant local(String time) {
        return LocalDateTime.parse(time).atZone(ZoneId.systemDefault()).toInstant();
    }

    @Test
    void dateAloneIsItsFirstMomentAsBeginningAndItsLastAsEnd() {
        assertThat(new Moment.First().convert("2026-12-31")).isEqualTo(local("2026-12-31T00:00:00"));
        assertThat(new Moment.Last().convert("2026-12-31")).isEqualTo(local("2026-12-31T23:59:59"));
    }

    @Test
    void timesAreLocalUnlessTheyEndWithZ() {
        assertThat(new Moment.First().convert("2026-12-31T17:00")).isEqualTo(local("2026-12-31T17:00:00"));
        assertThat(new Moment.Last().convert("2026-12-31T17:00:00Z")).isEqualTo(Instant.parse("2026-12-31T17:00:00Z"));
    }

    @Test
    void spansAreMinutesHoursOrDays() {
        assertThat(new Moment.Span().convert("30m")).isEqualTo(Duration.ofMinutes(30));
        assertThat(new Moment.Span().convert("24h")).isEqualTo(Duration.ofHours(24));
        assertThat(new Moment.Span().convert("7d")).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomorrow", "2026-13-01", "2026-12-31T25:00", "", "31.12.2026"})
    void otherTextIsNoMoment(String text) {
        assertThatThrownBy(() -> new Moment.First().convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0h", "-1d", "7", "1w", "99999999d"})
    void otherTextIsNoSpan(String text) {
        assertThatThrownBy(() -> new Moment.Span().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
