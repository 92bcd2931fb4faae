package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.proxy.access.Denials.mayTouch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

class RevocationTest {
    private static final int TRIALS = 1000;
    private static final int AT_ONCE = 50;

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private CompletableFuture<Admission> revoke(Id delegation) throws Exception {
        return office.send(office.olga, Id.random(), new Request.Administer(new Administration.Revoke(delegation)),
                Secret.none());
    }

    @Test
    void requestUnderWayThatHasNotReachedTheCardIsRefused() throws Exception {
        Id delegation = office.delegate(card, alice, Limits.NONE);
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            revoke(delegation).join();
            assertThat(mayTouch(granted)).isFalse();
        }
    }

    @Test
    void revocationWaitsForWhoIsAtTheCard() throws Exception {
        Id delegation = office.delegate(card, alice, Limits.NONE);
        Granted granted = (Granted) office.use(alice, card, office.sign());
        assertThat(mayTouch(granted)).isTrue();
        CompletableFuture<Admission> revoked = revoke(delegation);
        office.ask(office.olga, new Administration.ListState(), Secret.none());
        assertThat(revoked).isNotDone();
        office.conclude(granted);
        assertThat(revoked).isNotDone();
        granted.left();
        assertThat(revoked.join()).isInstanceOf(Admission.Done.class);
    }

    @Test
    void revocationByAnotherProcessIsSeen() throws Exception {
        Id delegation = office.delegate(card, alice, Limits.NONE);
        try (Granted granted = (Granted) office.use(alice, card, office.sign()); Access beside = office.beside()) {
            beside.gate().admit(office.olga.caller(), office.request(office.olga, Id.random(),
                    new Request.Administer(new Administration.Revoke(delegation)), Secret.none())).join();
            assertThat(mayTouch(granted)).isFalse();
        }
    }

    @Test
    void removingTheCardAndDisablingTheUserEndWhatIsUnderWayToo() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        try (Granted ofAlice = (Granted) office.use(alice, card, office.sign());
                Granted ofOlga = (Granted) office.use(office.olga, card, office.sign())) {
            office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
            assertThat(mayTouch(ofAlice)).isFalse();
            office.ask(office.olga, new Administration.RemoveCard(card), Secret.none());
            assertThat(mayTouch(ofOlga)).isFalse();
        }
    }

    @Test
    void noCardIsTouchedAfterTheRevocationHasReturned() throws Exception {
        List<Person> people = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            people.add(office.user("user " + i));
        }
        for (int trial = 0; trial < TRIALS; trial += AT_ONCE) {
            assertThat(trials(people)).as("trials from %d", trial).containsOnly(false);
        }
    }

    /** One trial a person, all at once. @return whether a card was touched although its revocation had returned */
    private List<Boolean> trials(List<Person> people) throws Exception {
        List<CompletableFuture<Boolean>> late = new ArrayList<>();
        for (Person person : people) {
            late.add(office.send(office.olga, Id.random(), delegate(person), office.bothProofs(person))
                    .thenCompose(delegated -> trial(person, id(delegated))));
        }
        return late.stream().map(CompletableFuture::join).toList();
    }

    private Request delegate(Person person) {
        return new Request.Administer(
                new Administration.Delegate(card, person.name(), Limits.NONE, Office.quick()));
    }

    private static Id id(Admission delegated) {
        return ((Outcome.Administered) ((Admission.Done) delegated).outcome()).id();
    }

    private CompletableFuture<Boolean> trial(Person person, Id delegation) {
        Secret pin = Secret.ofPinProof(Office.proof(person.name()));
        return unchecked(() -> office.send(person, Id.random(), Office.use(card, office.sign()), pin))
                .thenCompose(granted -> race((Granted) granted, delegation));
    }

    private CompletableFuture<Boolean> race(Granted granted, Id delegation) {
        AtomicBoolean returned = new AtomicBoolean();
        CompletableFuture<Boolean> touching = CompletableFuture.supplyAsync(() -> mayTouch(granted));
        CompletableFuture<Boolean> late = touching.thenApply(touches -> touches && returned.get());
        CompletableFuture<Void> concluded = late.thenCompose(any -> office.access().gate().conclude(granted,
                new Outcome.Refused(Refusal.of(ErrorCode.CARD_FAILED, "only a trial")))).thenRun(() -> {
            granted.close();
            if (touching.join()) {
                granted.left();
            }
        });
        return unchecked(() -> revoke(delegation)).thenRun(() -> returned.set(true))
                .thenCombine(concluded, (revoked, done) -> late.join());
    }

    private static <T> CompletableFuture<T> unchecked(Callable<CompletableFuture<T>> asking) {
        try {
            return asking.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
