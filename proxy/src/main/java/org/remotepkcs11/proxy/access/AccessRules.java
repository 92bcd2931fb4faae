package org.remotepkcs11.proxy.access;

import java.time.Clock;

/**
 * Numbers that the operator may set.
 *
 * @param pinTries          wrong virtual PINs in a row before the PIN is locked, at least 1
 * @param queue             requests that may wait to be recorded
 * @param strangersAMinute  refusals of callers who are not enrolled that get an entry of their own; more are counted
 * @param clock             the proxy's
 */
public record AccessRules(int pinTries, int queue, int strangersAMinute, Clock clock) {
    public static AccessRules standard() {
        return new AccessRules(5, 10_000, 30, Clock.systemUTC());
    }

    public AccessRules {
        if (pinTries < 1 || queue < 1 || strangersAMinute < 0) {
            throw new IllegalArgumentException("pin tries and queue must be at least 1, strangers not negative");
        }
    }
}
