package org.remotepkcs11.testkit.piv;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.testkit.TestAuthority;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MemberState;

/** Four PIV cards with the same key behind one remote card, over a whole proxy, OpenSC, pcscd and vpcd. */
class PulledMemberTest {
    private static final int CARDS = 4;
    private static final int USERS = 12;
    private static final int EACH = 8;

    private final List<PivCard> cards = new ArrayList<>();
    private PivProxy place;
    private PublicKey key;
    private Id remote;

    @BeforeEach
    void plugIn() throws Exception {
        place = PivProxy.withReaders(CARDS);
        PivKey same = PivKey.p256(TestAuthority.named("PIV test authority"), "Olivia Owner");
        key = same.certificate().getPublicKey();
        for (int i = 0; i < CARDS; i++) {
            cards.add(PivCard.numbered(0x7000_0000_0000_0001L + i).key(PivSlot.AUTHENTICATION, same).build());
        }
        remote = place.add("four", 0, cards.get(0));
        for (int i = 1; i < CARDS; i++) {
            place.join(remote, i, cards.get(i));
        }
        cards.forEach(card -> card.plan().signaturesTake(Duration.ofMillis(200)));
    }

    @AfterEach
    void close() {
        place.close();
    }

    private boolean allSign() throws Exception {
        Asker asker = new Asker(place.proxy());
        for (int i = 0; i < EACH; i++) {
            if (!asker.sign(remote, key)) {
                return false;
            }
        }
        return true;
    }

    private List<Future<Boolean>> ask(ExecutorService threads) {
        return IntStream.range(0, USERS).mapToObj(user -> threads.submit(this::allSign)).toList();
    }

    private MemberState state(PivCard card) {
        try {
            return place.proxy().owner().state().cards().stream().flatMap(one -> one.members().stream())
                    .filter(member -> member.source().endsWith(card.serialNumber())).findFirst().orElseThrow().state();
        } catch (org.remotepkcs11.wire.RefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void cardPulledFromFourUnderLoadLosesNoRequestAndWorksWhenItIsBack() throws Exception {
        int before = place.proxy().log().size();
        PivCard pulled = cards.get(2);
        ExecutorService threads = Executors.newFixedThreadPool(USERS);
        List<Future<Boolean>> first = ask(threads);
        CardBox.await(() -> pulled.operations() > 1 && pulled.progress() > pulled.operations());
        place.daemon().reader(2).remove();
        for (Future<Boolean> one : first) {
            assertThat(one.get(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(cards).allMatch(card -> card.operations() > 1);
        CardBox.await(() -> state(pulled) == MemberState.AWAY);
        long made = pulled.operations();
        place.daemon().reader(2).insert(pulled);
        CardBox.await(() -> state(pulled) == MemberState.FREE);
        for (Future<Boolean> one : ask(threads)) {
            assertThat(one.get(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(pulled.operations()).isGreaterThan(made);
        threads.shutdown();
        assertRecorded(before, 2 * USERS * EACH);
    }

    private void assertRecorded(int before, int signatures) throws Exception {
        List<AuditEntry> log = place.proxy().log();
        List<AuditEntry.Matter> matters = log.subList(before, log.size()).stream().map(AuditEntry::matter).toList();
        assertThat(matters).filteredOn(AuditEntry.Intent.class::isInstance).hasSize(signatures);
        assertThat(matters).filteredOn(AuditEntry.Outcome.class::isInstance).hasSize(signatures)
                .allMatch(matter -> ((AuditEntry.Outcome) matter).results().stream().allMatch(one -> one.code() == 0));
    }
}
