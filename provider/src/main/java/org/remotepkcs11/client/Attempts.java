package org.remotepkcs11.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * How often one operation is asked again, and after which pause. Only what the closed list calls retryable is, so a
 * wrong PIN is sent once.
 */
final class Attempts {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Deadline deadline;
    private final boolean metBefore;
    private int failed;

    /** @param metBefore whether the proxy answered before: then it is worth waiting for its return */
    Attempts(Deadline deadline, boolean metBefore) {
        this.deadline = deadline;
        this.metBefore = metBefore;
    }

    /** Waits until the next attempt is due. @throws RefusedException the given one if no further attempt is right */
    void pause(RefusedException refused) throws RefusedException {
        failed++;
        if (!refused.code().retryable() || failed > repeats(refused.code())) {
            throw refused;
        }
        Duration pause = refused.code() == ErrorCode.SESSION_UNKNOWN ? Duration.ZERO : jittered(refused);
        if (pause.compareTo(deadline.remaining()) >= 0) {
            throw refused;
        }
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused;
        }
    }

    private int repeats(ErrorCode code) {
        return switch (code) {
            case SESSION_UNKNOWN -> 3;
            case UNREACHABLE -> metBefore ? 9 : 3;
            case PROXY_BUSY, CARD_BUSY -> 20;
            case DEADLINE_PASSED -> 0;
            default -> 1;
        };
    }

    /** Half to one and a half of the pause, so that many clients do not come back together. */
    private Duration jittered(RefusedException refused) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failed - 1, 10));
        Duration capped = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        Duration asked = refused.refusal().retryAfter();
        long millis = (asked.compareTo(capped) > 0 ? asked : capped).toMillis();
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis + 1));
    }
}
