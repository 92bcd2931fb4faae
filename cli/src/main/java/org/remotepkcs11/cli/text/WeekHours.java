package org.remotepkcs11.cli.text;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.remotepkcs11.wire.WeeklyHours;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Hours of the week as people write them: days and a span of the day. */
public final class WeekHours implements ITypeConverter<WeeklyHours.Span> {
    /** What options that take hours say of themselves. */
    public static final String FORMS = "\"Mon-Fri 09:00-17:00\", \"Sat,Sun 10:00-24:00\"";
    private static final String END_OF_DAY = "24:00";

    @Override
    public WeeklyHours.Span convert(String text) {
        String[] parts = text.strip().split("\\s+");
        String[] times = parts.length == 2 ? parts[1].split("-", -1) : new String[0];
        if (times.length != 2) {
            throw wrong(text);
        }
        try {
            return new WeeklyHours.Span(days(parts[0]), minute(times[0]), minute(times[1]));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw wrong(text);
        }
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text + "' are no hours; write " + FORMS);
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException(part);
            }
            DayOfWeek last = day(ends[ends.length - 1]);
            for (DayOfWeek day = day(ends[0]); ; day = day.plus(1)) {
                days.add(day);
                if (day == last) {
                    break;
                }
            }
        }
        return days;
    }

    private static DayOfWeek day(String name) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.getDisplayName(TextStyle.SHORT, Locale.ROOT).equalsIgnoreCase(name)) {
                return day;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static int minute(String time) {
        return time.equals(END_OF_DAY) ? 24 * 60 : LocalTime.parse(time).toSecondOfDay() / 60;
    }
}
