package org.remotepkcs11.cli.owner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

class ApprovalTextTest {
    private static final Id HASH = Id.nonce();

    private static Approval asked(String label, Operation.Kind kind, long mechanism, Operation.Parameters parameters) {
        Operation operation = new Operation(HASH, kind, mechanism, parameters, new byte[0]);
        return new Approval(Id.random(), Id.random(), Id.random(), HASH, "ugo", "seal", List.of(
                new Approval.Asked(label, operation, HASH, List.of(), Id.NONE)), Instant.EPOCH, Instant.EPOCH, false);
    }

    private static String text(Approval approval) {
        return String.join("\n", ApprovalText.lines(approval));
    }

    @Test
    void whatDecidesIsShown() {
        assertThat(text(asked("key", Operation.Kind.DERIVE, Mechanisms.ECDH1_DERIVE,
                new Operation.Parameters.Ecdh(new byte[] {4, 1, 2})))).contains("the point 040102").contains("key " + HASH);
        assertThat(text(asked("key", Operation.Kind.DECRYPT, Mechanisms.RSA_PKCS_OAEP,
                new Operation.Parameters.Oaep(Mechanisms.SHA256, Mechanisms.MGF1_SHA256, new byte[] {7}))))
                .contains("hash 0x250").contains("label 07");
        assertThat(text(asked("key", Operation.Kind.SIGN, Mechanisms.RSA_PKCS_PSS,
                new Operation.Parameters.Pss(Mechanisms.SHA256, Mechanisms.MGF1_SHA256, 32)))).contains("salt of 32 bytes");
    }

    @Test
    void labelsDoNotSteerTheTerminal() {
        assertThat(text(asked("a\u001b[2J\n\u202eb", Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS)))
                .contains("key a.[2J..b by CKM_ECDSA");
    }

    @Test
    void idIsOfAllThatIsAnswered() {
        Approval one = asked("key", Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS);
        Approval other = new Approval(one.cardId(), one.delegation(), one.operation(), Id.nonce(), "ugo", "seal",
                one.operations(), one.asked(), one.until(), false);
        assertThat(ApprovalText.id(one)).hasSize(40).isNotEqualTo(ApprovalText.id(other))
                .isEqualTo(ApprovalText.id(one.approved(Instant.MAX)));
    }
}
