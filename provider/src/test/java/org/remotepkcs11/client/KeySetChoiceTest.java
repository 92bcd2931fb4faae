package org.remotepkcs11.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.CardLoad;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

class KeySetChoiceTest {
    private final AtomicLong nanos = new AtomicLong();
    private final KeySetChoice choice = new KeySetChoice(nanos::get);
    private final Id id = Id.random();
    /** Whoever refers to an application keeps it open. */
    private final List<Object> applications = new ArrayList<>();

    private RemoteCard card(boolean... present) {
        List<KeySet> sets = new ArrayList<>();
        for (int i = 0; i < present.length; i++) {
            sets.add(new KeySet(present[i], Set.of(), List.of(), List.of(new PrivateKeyObject(Id.of(new byte[] {1}),
                    "key " + i, new byte[] {(byte) i}, Set.of(), Set.of()))));
        }
        return new RemoteCard(id, new RemoteCard.Token("Seal", "1", "Maker", "Model"), "Olive", Id.random(),
                PinDerivation.fresh(), PinState.OK, true, Set.of(), List.of(), List.of(), Optional.empty(),
                Optional.empty(), false, RemoteCard.Approval.NONE, new byte[0], sets);
    }

    private Optional<CardLoad> load(int turn, CardLoad.SetLoad... sets) {
        return Optional.of(new CardLoad(id, List.of(sets), turn, 0, 0));
    }

    private static CardLoad.SetLoad waiting(int count) {
        return new CardLoad.SetLoad(count, false);
    }

    private String open(RemoteCard card, Optional<CardLoad> load) {
        Object application = new Object();
        applications.add(application);
        return choice.choose(card, load, application).keys().get(0).label();
    }

    @Test
    void shortestQueueIsChosen() {
        assertThat(open(card(true, true, true), load(0, waiting(4), waiting(1), waiting(2)))).isEqualTo("key 1");
    }

    @Test
    void cardThatIsAwayOrFailsIsNotChosenWhileThereIsAnother() {
        assertThat(open(card(false, true), load(0, waiting(0), waiting(9)))).isEqualTo("key 1");
        assertThat(open(card(true, true), load(0, new CardLoad.SetLoad(0, true), waiting(9)))).isEqualTo("key 1");
        assertThat(open(card(false, false), Optional.empty())).startsWith("key ");
    }

    @Test
    void ownApplicationsSpreadWhereNothingWaits() {
        RemoteCard card = card(true, true, true);
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            shown.add(open(card, load(5, waiting(0), waiting(0), waiting(0))));
        }
        assertThat(shown.subList(0, 3)).doesNotHaveDuplicates();
        assertThat(shown.subList(3, 6)).doesNotHaveDuplicates();
    }

    @Test
    void placeOfAnApplicationThatEndedIsTakenNext() {
        RemoteCard card = card(true, true);
        String first = open(card, Optional.empty());
        open(card, Optional.empty());
        choice.end(applications.get(0));
        assertThat(open(card, Optional.empty())).isEqualTo(first);
    }

    @Test
    void applicationsThatDiedWithoutATraceLeaveNoCardUnused() {
        RemoteCard card = card(true, true);
        for (int i = 0; i < 5; i++) {
            assertThat(open(card, load(0, waiting(0), waiting(99)))).isEqualTo("key 0");
        }
        assertThat(open(card, load(0, waiting(0), waiting(3)))).isEqualTo("key 1");
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(open(card, load(0, waiting(0), waiting(3)))).isEqualTo("key 0");
    }

    @Test
    void programsThatOpenOneAfterTheOtherTakeTurns() {
        RemoteCard card = card(true, true);
        String first = new KeySetChoiceTest().open(card, load(1, waiting(0), waiting(0)));
        assertThat(new KeySetChoiceTest().open(card, load(2, waiting(0), waiting(0)))).isNotEqualTo(first);
    }

    /** Those that nobody refers to are forgotten at any moment, also in the middle of a choice. */
    @Test
    void applicationsThatAreForgottenWhileAnotherChoosesDoNoHarm() throws Exception {
        RemoteCard card = card(true, true, true, true);
        Thread forgetting = new Thread(() -> {
            while (!Thread.interrupted()) {
                System.gc();
            }
        });
        forgetting.start();
        long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        while (System.nanoTime() < until) {
            assertThat(choice.choose(card, Optional.empty(), new Object())).isNotNull();
        }
        forgetting.interrupt();
        forgetting.join();
    }

    @Test
    void loadsOfAnotherSnapshotAreNotBelieved() {
        assertThat(open(card(true, false), load(0, waiting(9)))).isEqualTo("key 0");
    }
}
