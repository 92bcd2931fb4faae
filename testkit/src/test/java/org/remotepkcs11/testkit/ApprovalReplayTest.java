package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;

/** What an owner answered once is worth nothing to whoever keeps the message, before and after a restart. */
class ApprovalReplayTest {
    private final Id operation = Id.random();
    private TestProxy proxy;
    private Asking user;
    private WireClient owner;

    @BeforeEach
    void askTheOwner() throws Exception {
        proxy = TestProxy.builder().limits(Limits.NONE.withApproval(Duration.ofMinutes(30))).start();
        user = Asking.of(proxy);
        owner = proxy.client(proxy.ownerAsUser());
        owner.open();
        refusal(ErrorCode.APPROVAL_PENDING, this::use);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Outcome use() throws RefusedException {
        return WireClient.granted(user.client().exchange(
                user.client().seal(user.use(), user.secret(proxy.virtualPin()), operation)));
    }

    private SealedRequest approval() throws RefusedException {
        Approval asked = proxy.owner().approvals().get(0);
        byte[] proof = PinProof.derive(proxy.ownerPin().toCharArray(),
                proxy.owner().state().cards().get(0).ownerDerivation().orElseThrow(), owner.proxy());
        return owner.seal(new Request.Administer(new Administration.Decide(asked.delegation(), asked.operation(),
                asked.inputHash(), true)), Secret.ofPinProof(proof), Id.random());
    }

    private void send(SealedRequest request) throws RefusedException {
        WireClient.granted(owner.exchange(request));
    }

    @Test
    void messageOfTheOwnerIsTakenOnce() throws Exception {
        SealedRequest approval = approval();
        send(approval);
        refusal(ErrorCode.REPLAYED, () -> send(approval));
        assertThat(user.verifies(Asking.DIGEST, Asking.output(use()))).isTrue();
    }

    @Test
    void messageOfBeforeTheRestartIsNotTakenAfterIt() throws Exception {
        SealedRequest approval = approval();
        send(approval);
        proxy.restart();
        user.client().open();
        refusal(ErrorCode.APPROVAL_PENDING, this::use);
        refusal(ErrorCode.SESSION_UNKNOWN, () -> send(approval));
        owner.open();
        refusal(ErrorCode.SESSION_UNKNOWN, () -> send(approval));
        refusal(ErrorCode.APPROVAL_PENDING, this::use);
        send(approval());
        assertThat(user.verifies(Asking.DIGEST, Asking.output(use()))).isTrue();
    }
}
