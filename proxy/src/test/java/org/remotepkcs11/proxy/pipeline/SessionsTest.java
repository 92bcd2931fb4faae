package org.remotepkcs11.proxy.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RequestHeader;

class SessionsTest {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private final MovableClock clock = new MovableClock();
    private final Sessions sessions = new Sessions(new ServiceBounds.OfSessions(IDLE, 3, 5), clock);
    private final Id user = Id.random();
    private final Id other = Id.random();

    @Test
    void sequenceNumberIsUsedOnce() throws Exception {
        Session session = open(user);
        assertThat(sessions.freshen(header(session, 1), user)).isSameAs(session);
        assertRefused(header(session, 1), user, ErrorCode.REPLAYED);
        assertThat(sessions.freshen(header(session, 2), user)).isSameAs(session);
    }

    @Test
    void sessionOfAnotherUserIsUnknown() throws Exception {
        assertRefused(header(open(user), 1), other, ErrorCode.SESSION_UNKNOWN);
    }

    @Test
    void sessionWithAnotherNonceIsUnknown() throws Exception {
        Session session = open(user);
        RequestHeader header = header(session, 1);
        assertRefused(new RequestHeader(header.proxy(), user, session.id(), Id.random(), 1, Id.random(), Instant.EPOCH),
                user, ErrorCode.SESSION_UNKNOWN);
    }

    @Test
    void refusedSequenceNumberOfAStrangerIsNotUsedUp() throws Exception {
        Session session = open(user);
        assertRefused(header(session, 1), other, ErrorCode.SESSION_UNKNOWN);
        assertThatCode(() -> sessions.freshen(header(session, 1), user)).doesNotThrowAnyException();
    }

    @Test
    void idleSessionEnds() throws Exception {
        Session session = open(user);
        clock.move(IDLE);
        sessions.freshen(header(session, 1), user);
        clock.move(IDLE.plusMillis(1));
        assertRefused(header(session, 2), user, ErrorCode.SESSION_UNKNOWN);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void leastRecentlyUsedSessionMakesRoom() throws Exception {
        Session first = open(user);
        clock.move(Duration.ofSeconds(1));
        Session second = open(user);
        open(user);
        clock.move(Duration.ofSeconds(1));
        sessions.freshen(header(first, 1), user);
        open(user);
        assertRefused(header(second, 1), user, ErrorCode.SESSION_UNKNOWN);
        assertThatCode(() -> sessions.freshen(header(first, 2), user)).doesNotThrowAnyException();
        assertThat(sessions.size()).isEqualTo(3);
    }

    @Test
    void sessionsOfAllUsersTogetherAreBounded() throws Exception {
        for (int i = 0; i < 5; i++) {
            open(Id.random());
        }
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> open(user))
                .extracting(RefusedException::code).isEqualTo(ErrorCode.PROXY_BUSY);
        assertThat(sessions.size()).isEqualTo(5);
        clock.move(IDLE.plusMillis(1));
        open(user);
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void openingAskedAgainIsTheSameSession() throws Exception {
        Id operation = Id.random();
        Session session = sessions.open(user, operation);
        assertThat(sessions.open(user, operation)).isSameAs(session);
        assertThat(sessions.open(other, operation)).isNotSameAs(session);
        assertThat(sessions.size()).isEqualTo(2);
    }

    private Session open(Id who) throws RefusedException {
        return sessions.open(who, Id.random());
    }

    private RequestHeader header(Session session, long sequence) {
        return new RequestHeader(Id.NONE, user, session.id(), session.nonce(), sequence, Id.random(), Instant.EPOCH);
    }

    private void assertRefused(RequestHeader header, Id by, ErrorCode code) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> sessions.freshen(header, by))
                .extracting(RefusedException::code).isEqualTo(code);
    }
}
