package org.remotepkcs11.wire;

import java.time.Instant;
import java.util.List;

/**
 * A Use that waits for the owner of the card, or was approved and is not done yet.
 *
 * @param operation  the id in the user's request
 * @param inputHash  of that request: what is asked
 * @param userName   who asks
 * @param card       label
 * @param operations what the card is to do
 * @param until      when it is too late to approve; if it is approved, to do it
 */
public record Approval(Id cardId, Id delegation, Id operation, Id inputHash, String userName, String card,
                       List<Asked> operations, Instant asked, Instant until, boolean approved) {
    /**
     * @param key       label, as the card says it
     * @param operation without what it is to be applied to
     * @param input     SHA-256 of {@link Operation#input}
     * @param documents digests of all that is signed, if that can be seen: a document's own, or those which signed
     *                  attributes or a SignedInfo name. Never some of them alone
     * @param digest    else the digest that is signed, if the input is one: of what, cannot be seen
     */
    public record Asked(String key, Operation operation, Id input, List<Id> documents, Id digest) {
        public Asked {
            documents = List.copyOf(documents);
        }
    }

    public Approval {
        operations = List.copyOf(operations);
    }

    /**
     * Names all that an owner's answer is about, by what this machine was told: whoever asks can choose the operation's
     * id, but not two operations of one name.
     */
    public Id name() {
        return Id.owning(Fingerprint.sha256(delegation.value(), operation.value(), inputHash.value()));
    }

    /** As {@link #name}d before, now that it was approved. */
    public Approval approved(Instant good) {
        return new Approval(cardId, delegation, operation, inputHash, userName, card, operations, asked, good, true);
    }
}
