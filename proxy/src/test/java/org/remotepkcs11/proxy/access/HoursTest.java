package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.granted;
import static org.remotepkcs11.proxy.access.Denials.refusal;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.WeeklyHours;

/** Hours of the week, by the clocks of Rome: one hour ahead of UTC, two from 29 March to 25 October 2026. */
class HoursTest {
    private static final ZoneId ROME = ZoneId.of("Europe/Rome");

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void delegateForOfficeHoursAndSundayNights() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        Set<DayOfWeek> workdays = Set.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY,
                DayOfWeek.FRIDAY);
        office.delegate(card, alice, Limits.NONE.withHours(new WeeklyHours(ROME, List.of(
                new WeeklyHours.Span(workdays, 9 * 60, 17 * 60),
                new WeeklyHours.Span(Set.of(DayOfWeek.SUNDAY), 2 * 60, 3 * 60)))));
    }

    @AfterEach
    void close() {
        office.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "2026-03-27T08:00:00Z", "2026-03-27T15:59:59.999Z",  // Friday in winter: 09:00, last moment before 17:00
        "2026-03-30T07:00:00Z", "2026-03-30T14:59:59.999Z",  // Monday in summer
        "2026-10-25T00:00:00Z", "2026-10-25T00:59:59.999Z",  // 02:00 to 03:00 in summer time
        "2026-10-25T01:00:00Z", "2026-10-25T01:59:59.999Z"}) // and once more, clocks were set back
    void insideTheHoursItIsDone(String moment) throws Exception {
        office.clock.set(Instant.parse(moment));
        granted(office.use(alice, card, office.sign()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "2026-03-27T07:59:59.999Z", "2026-03-27T16:00:00Z",
        "2026-03-30T06:59:59.999Z", "2026-03-30T15:00:00Z",
        "2026-03-28T10:00:00Z",                              // Saturday
        "2026-03-29T00:59:59.999Z", "2026-03-29T01:00:00Z",  // clocks are put forward from 02:00 to 03:00
        "2026-10-24T23:59:59.999Z", "2026-10-25T02:00:00Z"})
    void outsideTheHoursItIsRefused(String moment) throws Exception {
        office.clock.set(Instant.parse(moment));
        Refusal refused = refusal(office.use(alice, card, office.sign()));
        assertThat(refused.code()).isEqualTo(ErrorCode.OUTSIDE_HOURS);
        assertThat(refused.detail()).contains("Mon,Tue,Wed,Thu,Fri 09:00-17:00").contains("Europe/Rome; there it is");
    }

    @Test
    void whatStillWaitsForTheCardWhenTheHoursEndReachesNone() throws Exception {
        office.clock.set(Instant.parse("2026-03-27T15:59:59.999Z"));
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            granted.check(Office.SOURCE);
            office.clock.set(Instant.parse("2026-03-27T16:00:00Z"));
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> granted.check(Office.SOURCE))
                    .matches(refused -> refused.code() == ErrorCode.OUTSIDE_HOURS);
        }
    }

    @Test
    void hoursOutliveARestart() throws Exception {
        office.access().close();
        office.open();
        office.clock.set(Instant.parse("2026-03-28T10:00:00Z"));
        assertThat(refusal(office.use(alice, card, office.sign())).detail()).endsWith("there it is Sat 11:00");
    }
}
