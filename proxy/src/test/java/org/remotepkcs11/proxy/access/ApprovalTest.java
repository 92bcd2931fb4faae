package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.refusal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Approval;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

class ApprovalTest {
    private static final Duration WITHIN = Duration.ofMinutes(5);

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;
    private Id delegation;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
        delegation = office.delegate(card, alice, Limits.NONE.withApproval(WITHIN));
    }

    @AfterEach
    void close() {
        office.close();
    }

    private Admission use(Id operation, Operation what) throws RefusedException {
        return office.ask(alice, operation, Office.use(card, what), Secret.ofPinProof(Office.proof("alice")));
    }

    private void waits(Id operation) throws RefusedException {
        assertThat(denied(use(operation, office.sign()))).isEqualTo(ErrorCode.APPROVAL_PENDING);
    }

    private void done(Id operation) throws RefusedException {
        office.conclude((Granted) use(operation, office.sign()));
    }

    private List<Approval> waiting() throws RefusedException {
        Admission.Done listed =
                (Admission.Done) office.ask(office.olga, new Administration.ListApprovals(), Secret.none());
        return ((Outcome.ApprovalsListed) listed.outcome()).approvals();
    }

    private Admission decide(Person who, Approval asked, boolean approve) throws RefusedException {
        return office.ask(who, decision(asked, approve),
                approve ? Secret.ofPinProof(Office.proof(who.name())) : Secret.none());
    }

    private static Administration decision(Approval asked, boolean approve) {
        return new Administration.Decide(asked.delegation(), asked.operation(), asked.inputHash(), approve);
    }

    private void decideAll(boolean approve) throws RefusedException {
        for (Approval asked : waiting()) {
            assertThat(decide(office.olga, asked, approve)).isInstanceOf(Admission.Done.class);
        }
    }

    private long counted() throws RefusedException {
        Admission.Done listed = (Admission.Done) office.ask(office.olga, new Administration.ListState(), Secret.none());
        return ((Outcome.Listed) listed.outcome()).state().delegations().get(0).operationsUsed();
    }

    private RemoteCard shown(Person to) throws RefusedException {
        return office.access().directory().snapshot(Fingerprint.of(to.key().getPublic())).cards().get(0);
    }

    @Test
    void useWaitsForTheOwnerAndIsDoneWhenApproved() throws Exception {
        Id operation = Id.random();
        waits(operation);
        waits(operation);
        assertThat(counted()).isZero();
        decideAll(true);
        done(operation);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void repeatUsesTheSameApprovalAndCountsOnce() throws Exception {
        Id operation = Id.random();
        waits(operation);
        decideAll(true);
        done(operation);
        done(operation);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void approvalIsForOneOperationOnly() throws Exception {
        Id operation = Id.random();
        waits(operation);
        decideAll(true);
        waits(Id.random());
        assertThat(denied(use(operation, office.sign(Office.sha256("another"))))).isEqualTo(ErrorCode.OPERATION_CONFLICT);
    }

    @Test
    void ownerSeesWhoAsksForWhat() throws Exception {
        waits(Id.random());
        Approval asked = waiting().get(0);
        assertThat(asked.userName()).isEqualTo("alice");
        assertThat(asked.card()).isEqualTo("seal");
        assertThat(asked.operations().get(0).key()).isEqualTo(office.ec.label());
        assertThat(asked.operations().get(0).operation().key()).isEqualTo(office.ec.fingerprint());
        assertThat(asked.operations().get(0).documents()).isEmpty();
        assertThat(asked.operations().get(0).digest()).isEqualTo(Id.of(Office.sha256("a document")));
        assertThat(shown(alice).approval().waiting()).hasSize(1).isEqualTo(shown(office.olga).approval().waiting());
    }

    @Test
    void approvedInTheLastMomentItIsDone() throws Exception {
        Id operation = Id.random();
        Instant until = office.clock.instant().plus(WITHIN);
        waits(operation);
        office.clock.set(until);
        decideAll(true);
        office.clock.set(until.plus(WITHIN));
        done(operation);
    }

    @Test
    void afterItsTimeNothingIsApproved() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Approval asked = waiting().get(0);
        office.clock.set(asked.until().plusMillis(1));
        assertThat(waiting()).isEmpty();
        assertThat(denied(decide(office.olga, asked, true))).isEqualTo(ErrorCode.APPROVAL_TIMED_OUT);
        Refusal late = refusal(use(operation, office.sign()));
        assertThat(late.code()).isEqualTo(ErrorCode.APPROVAL_TIMED_OUT);
        assertThat(late.detail()).contains(asked.until().toString());
    }

    @Test
    void approvalIsNotGoodForEver() throws Exception {
        Id operation = Id.random();
        waits(operation);
        decideAll(true);
        office.clock.set(office.clock.instant().plus(WITHIN).plusMillis(1));
        waits(operation);
    }

    @Test
    void deniedOperationIsNotDone() throws Exception {
        Id operation = Id.random();
        waits(operation);
        decideAll(false);
        assertThat(denied(use(operation, office.sign()))).isEqualTo(ErrorCode.APPROVAL_DENIED);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void revocationEndsTheWaiting() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Approval asked = waiting().get(0);
        office.ask(office.olga, new Administration.Revoke(delegation), Secret.none());
        assertThat(denied(use(operation, office.sign()))).isEqualTo(ErrorCode.DELEGATION_REVOKED);
        assertThat(waiting()).isEmpty();
        assertThat(denied(decide(office.olga, asked, true))).isEqualTo(ErrorCode.APPROVAL_TIMED_OUT);
    }

    @Test
    void nobodyButTheOwnerOfTheCardDecides() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Approval asked = waiting().get(0);
        Person otto = Person.named("otto");
        office.enroll(otto, Role.OWNER);
        assertThat(denied(decide(otto, asked, true))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        assertThat(denied(decide(alice, asked, true))).isEqualTo(ErrorCode.ROLE_INSUFFICIENT);
        waits(operation);
    }

    @Test
    void ownerIsNotAskedAboutWhatIsRefusedAnyway() throws Exception {
        assertThat(denied(office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(Office.proof("eve")))))
                .isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void afterARestartTheOwnerIsAskedAgain() throws Exception {
        Id operation = Id.random();
        waits(operation);
        decideAll(true);
        office.close();
        office.open();
        waits(operation);
    }

    @Test
    void oneUserDoesNotFillTheOwnersList() throws Exception {
        Admission last = use(Id.random(), office.sign());
        for (int i = 0; i < 32; i++) {
            last = use(Id.random(), office.sign());
        }
        assertThat(denied(last)).isEqualTo(ErrorCode.PROXY_BUSY);
        assertThat(waiting()).hasSize(32);
    }

    @Test
    void usesOfOneCommitDoNotPassTheBound() throws Exception {
        List<CompletableFuture<Admission>> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(office.send(alice, Id.random(), Office.use(card, office.sign()),
                    Secret.ofPinProof(Office.proof("alice"))));
        }
        List<ErrorCode> codes = asked.stream().map(CompletableFuture::join).map(Denials::denied).toList();
        assertThat(codes.stream().filter(ErrorCode.APPROVAL_PENDING::equals)).hasSize(32);
        assertThat(waiting()).hasSize(32);
    }

    @Test
    void eachOperationIsAskedForByItself() throws Exception {
        assertThat(denied(office.use(alice, card, office.sign(), office.sign()))).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void ownersPinApproves() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Administration approve = decision(waiting().get(0), true);
        assertThat(denied(office.ask(office.olga, approve, Secret.none()))).isEqualTo(ErrorCode.PIN_MISSING);
        Secret wrong = Secret.ofPinProof(Office.proof("alice"));
        for (int i = 0; i < 3; i++) {
            assertThat(denied(office.ask(office.olga, approve, wrong))).isEqualTo(ErrorCode.PIN_WRONG);
        }
        assertThat(denied(decide(office.olga, waiting().get(0), true))).isEqualTo(ErrorCode.PIN_LOCKED);
        waits(operation);
        decideAll(false);
        assertThat(denied(use(operation, office.sign()))).isEqualTo(ErrorCode.APPROVAL_DENIED);
    }

    @Test
    void approvalIsTakenBackUntilItIsUsed() throws Exception {
        Id operation = Id.random();
        waits(operation);
        decideAll(true);
        assertThat(waiting()).singleElement().matches(Approval::approved);
        decideAll(false);
        assertThat(denied(use(operation, office.sign()))).isEqualTo(ErrorCode.APPROVAL_DENIED);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void whatIsDoneIsNotDeniedAnyMore() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Approval asked = waiting().get(0);
        decideAll(true);
        done(operation);
        assertThat(waiting()).isEmpty();
        Refusal late = refusal(decide(office.olga, asked, false));
        assertThat(late.code()).isEqualTo(ErrorCode.APPROVAL_TIMED_OUT);
        assertThat(late.detail()).contains("it was approved, and done");
    }

    @Test
    void ofTwoAnswersAtOnceTheDenialRemains() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Approval asked = waiting().get(0);
        CompletableFuture<Admission> denial = office.send(office.olga, Id.random(), new Request.Administer(
                decision(asked, false)), Secret.none());
        CompletableFuture<Admission> approval = office.send(office.olga, Id.random(), new Request.Administer(
                decision(asked, true)), Secret.ofPinProof(Office.proof("olga")));
        assertThat(denial.join()).isInstanceOf(Admission.Done.class);
        assertThat(denied(approval.join())).isEqualTo(ErrorCode.APPROVAL_TIMED_OUT);
        assertThat(denied(use(operation, office.sign()))).isEqualTo(ErrorCode.APPROVAL_DENIED);
    }

    @Test
    void repeatedAnswerIsTheSame() throws Exception {
        Id operation = Id.random();
        waits(operation);
        Approval asked = waiting().get(0);
        decideAll(true);
        assertThat(decide(office.olga, asked, true)).isInstanceOf(Admission.Done.class);
        done(operation);
        assertThat(decide(office.olga, asked, true)).isInstanceOf(Admission.Done.class);
    }

    @Test
    void delegationWithoutApprovalAsksNobody() throws Exception {
        Person bob = office.user("bob");
        office.delegate(card, bob, Limits.NONE);
        Denials.granted(office.use(bob, card, office.sign()));
        assertThat(waiting()).isEmpty();
    }
}
