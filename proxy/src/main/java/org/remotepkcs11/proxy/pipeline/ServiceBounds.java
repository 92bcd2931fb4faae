package org.remotepkcs11.proxy.pipeline;

import java.time.Duration;

/** How much the service does at once, and for how long. */
public record ServiceBounds(OfSessions sessions, OfRequests requests) {
    /**
     * @param idle    a session ends after so long without a request
     * @param perUser the user's least recently used one makes room for a new one
     * @param total   of all users
     */
    public record OfSessions(Duration idle, int perUser, int total) {
    }

    /**
     * @param underWay        requests at once, of all users; those that only watch are not counted
     * @param usualDeadline   of a Use that names none
     * @param longestDeadline of a Use, whatever it names
     * @param longestWatch    that a Watch waits
     */
    public record OfRequests(int underWay, Duration usualDeadline, Duration longestDeadline, Duration longestWatch) {
    }
}
