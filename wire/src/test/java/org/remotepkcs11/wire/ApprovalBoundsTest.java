package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApprovalBoundsTest {
    private static String longest(int characters) {
        return "€".repeat(characters);
    }

    /** The proxy takes one operation for each. */
    @Test
    void asMuchAsMayWaitFitsIntoAReply() {
        Id hash = Id.owning(new byte[Id.HASH_BYTES]);
        Operation operation = new Operation(hash, Operation.Kind.DECRYPT, Mechanisms.RSA_PKCS_OAEP,
                new Operation.Parameters.Oaep(Mechanisms.SHA256, Mechanisms.MGF1_SHA256,
                        new byte[MessageBounds.MAX_PARAMETER_BYTES]), new byte[0]);
        Approval.Asked asked = new Approval.Asked(longest(MessageBounds.MAX_NAME_CHARS), operation, hash,
                Collections.nCopies(MessageBounds.MAX_SEEN_DOCUMENTS, Id.owning(new byte[2 * Id.HASH_BYTES])), hash);
        Approval approval = new Approval(Id.random(), Id.random(), Id.random(), hash,
                longest(MessageBounds.MAX_NAME_CHARS), longest(MessageBounds.MAX_NAME_CHARS),
                List.of(asked), Instant.now(), Instant.now(), true);
        assertThat(ApprovalCodec.encode(Collections.nCopies(MessageBounds.MAX_WAITING, approval)).getSerializedSize())
                .isLessThan(MessageBounds.MAX_REPLY_BYTES * 3 / 4);
    }
}
