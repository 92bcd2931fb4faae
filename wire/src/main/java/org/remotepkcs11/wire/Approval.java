package org.remotepkcs11.wire;

import java.time.Instant;
import java.util.List;

/**
 * A Use that waits for the owner of the card.
 *
 * @param operation  the id in the user's request
 * @param inputHash  of that request: what is asked
 * @param userName   who asks
 * @param card       label
 * @param document   as the user calls it, which nothing checks; may be empty
 * @param operations what the card is to do
 * @param until      when it is too late
 */
public record Approval(Id delegation, Id operation, Id inputHash, String userName, String card, String document,
                       List<Asked> operations, Instant asked, Instant until) {
    /**
     * @param documents digests of what is signed, as far as it can be seen: a document's own, or that which signed
     *                  attributes or a SignedInfo name
     * @param input     SHA-256 of {@link Operation#input}
     */
    public record Asked(String key, Operation.Kind kind, long mechanism, List<Id> documents, Id input) {
        public Asked {
            documents = List.copyOf(documents);
        }
    }

    public Approval {
        operations = List.copyOf(operations);
    }
}
