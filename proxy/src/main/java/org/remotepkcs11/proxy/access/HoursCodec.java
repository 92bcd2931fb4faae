package org.remotepkcs11.proxy.access;

import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.proxy.access.format.StoredHours;
import org.remotepkcs11.proxy.access.format.StoredSpan;
import org.remotepkcs11.wire.WeeklyHours;

/** Weekly hours as part of a column. */
final class HoursCodec {
    private HoursCodec() {
    }

    static StoredHours encode(WeeklyHours hours) {
        StoredHours.Builder to = StoredHours.newBuilder().setTimeZone(hours.zone().getId());
        for (WeeklyHours.Span span : hours.spans()) {
            to.addSpans(StoredSpan.newBuilder().setDays(span.days().stream().mapToInt(HoursCodec::bit).sum())
                    .setFromMinute(span.from()).setToMinute(span.to()));
        }
        return to.build();
    }

    /** @throws IllegalArgumentException or {@link java.time.DateTimeException} if they are no hours */
    static WeeklyHours hours(StoredHours stored) {
        return new WeeklyHours(ZoneId.of(stored.getTimeZone()),
                stored.getSpansList().stream().map(HoursCodec::span).toList());
    }

    private static WeeklyHours.Span span(StoredSpan stored) {
        Set<DayOfWeek> days = Arrays.stream(DayOfWeek.values()).filter(day -> (stored.getDays() & bit(day)) != 0)
                .collect(Collectors.toSet());
        return new WeeklyHours.Span(days, stored.getFromMinute(), stored.getToMinute());
    }

    private static int bit(DayOfWeek day) {
        return 1 << day.ordinal();
    }
}
