package org.remotepkcs11.wire;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.remotepkcs11.proto.V1;

/** {@link WeeklyHours} as messages. */
final class WeeklyHoursCodec {
    private static final int ALL_DAYS = 0x7f;

    private WeeklyHoursCodec() {
    }

    static V1.WeeklyHours encode(WeeklyHours hours) {
        V1.WeeklyHours.Builder message = V1.WeeklyHours.newBuilder().setTimeZone(hours.zone().getId());
        for (WeeklyHours.Span span : hours.spans()) {
            int days = span.days().stream().mapToInt(day -> 1 << day.ordinal()).sum();
            message.addSpansBuilder().setDays(days).setFromMinute(span.from()).setToMinute(span.to());
        }
        return message.build();
    }

    static WeeklyHours decode(V1.WeeklyHours message) throws RefusedException {
        Fields.known(message);
        Fields.present(message.getSpansCount() > 0, "spans");
        return new WeeklyHours(zone(Fields.name(message.getTimeZone(), MessageBounds.MAX_NAME_CHARS, "time_zone")),
                Fields.list(message.getSpansList(), MessageBounds.MAX_LIMIT_HOURS, "spans", WeeklyHoursCodec::span));
    }

    private static ZoneId zone(String name) throws RefusedException {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw Fields.malformed("there is no time zone " + name);
        }
    }

    private static WeeklyHours.Span span(V1.DailyHours message) throws RefusedException {
        Fields.known(message);
        int bits = Fields.number(message.getDays(), ALL_DAYS, "days");
        int to = Fields.number(message.getToMinute(), WeeklyHours.MINUTES_OF_DAY, "to_minute");
        int from = Fields.number(message.getFromMinute(), WeeklyHours.MINUTES_OF_DAY, "from_minute");
        if (bits == 0 || from >= to) {
            throw Fields.malformed("hours that are no time");
        }
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            if ((bits & 1 << day.ordinal()) != 0) {
                days.add(day);
            }
        }
        return new WeeklyHours.Span(days, from, to);
    }
}
