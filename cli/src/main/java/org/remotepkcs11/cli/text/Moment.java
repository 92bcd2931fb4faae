package org.remotepkcs11.cli.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Moments and spans of time as people write them; local times are those of this machine. */
public final class Moment {
    /** What options that take a moment say of themselves. */
    public static final String FORMS = "2026-12-31, 2026-12-31T17:00, 2026-12-31T17:00:00Z";
    /** What options that take a span say of themselves. */
    public static final String SPANS = "30m, 24h, 7d";

    private Moment() {
    }

    /** For people: local, without fractions of a second. */
    public static String show(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()).toOffsetDateTime().toString();
    }

    /** For people: as they write it, where that is exact. */
    public static String show(Duration span) {
        long minutes = span.toMinutes();
        return span.equals(Duration.ofMinutes(minutes)) ? minutes + "m" : span.toMillis() / 1000.0 + "s";
    }

    private static Instant parse(String text, LocalTime timeOfDay) {
        try {
            if (!text.contains("T")) {
                return local(LocalDate.parse(text).atTime(timeOfDay));
            }
            return text.endsWith("Z") ? Instant.parse(text) : local(LocalDateTime.parse(text));
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + text + "' is no moment; write " + FORMS);
        }
    }

    private static Instant local(LocalDateTime time) {
        return time.atZone(ZoneId.systemDefault()).toInstant();
    }

    /** A date alone is its first moment. */
    public static final class First implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return parse(text, LocalTime.MIN);
        }
    }

    /** A date alone is its last second. */
    public static final class Last implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return parse(text, LocalTime.of(23, 59, 59));
        }
    }

    /** A number of minutes, hours or days. */
    public static final class Span implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (!text.matches("[1-9][0-9]{0,5}[mhd]")) {
                throw new TypeConversionException("'" + text + "' is no span of time; write " + SPANS);
            }
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.charAt(text.length() - 1)) {
                case 'm' -> Duration.ofMinutes(number);
                case 'h' -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
