package org.remotepkcs11.wire;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When in the week something may be done, by what clocks in a time zone show: where they are set back, an hour counts
 * twice; where they are put forward, one is missing.
 *
 * @param zone  whose clocks
 * @param spans at least one
 */
public record WeeklyHours(ZoneId zone, List<Span> spans) {
    static final int MINUTES_OF_DAY = 24 * 60;

    /**
     * Hours of some days.
     *
     * @param days of the week, at least one
     * @param from minute of the day, included
     * @param to   minute of the day, not included; 1440: until its end
     */
    public record Span(Set<DayOfWeek> days, int from, int to) {
        public Span {
            if (days.isEmpty() || from < 0 || from >= to || to > MINUTES_OF_DAY) {
                throw new IllegalArgumentException("hours that are no time: " + days + " " + from + " to " + to);
            }
            days = Set.copyOf(days);
        }

        private boolean includes(DayOfWeek day, int minute) {
            return days.contains(day) && minute >= from && minute < to;
        }

        @Override
        public String toString() {
            String names = EnumSet.copyOf(days).stream()
                    .map(day -> day.getDisplayName(TextStyle.SHORT, Locale.ROOT)).collect(Collectors.joining(","));
            return names + " " + clock(from) + "-" + clock(to);
        }

        private static String clock(int minute) {
            return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
        }
    }

    public WeeklyHours {
        if (spans.isEmpty()) {
            throw new IllegalArgumentException("no hours");
        }
        spans = List.copyOf(spans);
    }

    public boolean include(Instant moment) {
        ZonedDateTime local = moment.atZone(zone);
        LocalTime time = local.toLocalTime();
        int minute = time.getHour() * 60 + time.getMinute();
        return spans.stream().anyMatch(span -> span.includes(local.getDayOfWeek(), minute));
    }

    /** As people write it: {@code Mon,Tue 09:00-17:00 Europe/Rome}. */
    @Override
    public String toString() {
        return spans.stream().map(Span::toString).collect(Collectors.joining("; ")) + " " + zone;
    }
}
