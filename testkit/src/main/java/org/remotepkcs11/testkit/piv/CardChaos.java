package org.remotepkcs11.testkit.piv;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.testkit.TestAuthority;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * Users sign by a whole proxy with PIV cards over OpenSC and pcscd while cards are pulled, also in the middle of a
 * signature, put in again elsewhere, and pcscd is killed and started, all at random.
 */
public final class CardChaos implements AutoCloseable {
    private static final int CARDS = 3;
    private static final int READERS = 4;
    private static final int USERS = 6;
    private static final long FIRST_SERIAL = 0x5000_0000_0000_0001L;
    private static final Set<ErrorCode> CLEAR = Set.of(ErrorCode.CARD_ABSENT, ErrorCode.CARD_FAILED,
            ErrorCode.CARD_BUSY, ErrorCode.DEADLINE_PASSED);

    private final PivProxy place;
    private final List<PluggedIn> cards = new ArrayList<>();
    private final AtomicLong left = new AtomicLong();

    /** A card and the reader that it is in, or was in last; changed by one thread. */
    private static final class PluggedIn {
        private final PivCard card;
        private final PublicKey key;
        private final Id remote;
        private int reader;

        PluggedIn(PivCard card, PublicKey key, Id remote, int reader) {
            this.card = card;
            this.key = key;
            this.remote = remote;
            this.reader = reader;
        }
    }

    /**
     * What became of it.
     *
     * @param signatures true ones
     * @param refusals   by code: a card that is away, failed, or has no time
     * @param others     of which nobody should have heard: wrong signatures, other codes, with what was said
     * @param mischief   what was done to cards and daemon, by kind
     * @param intents    of the log, begun since the first request
     * @param done       of the log's outcomes, those with a signature
     * @param refused    of the log's outcomes and refusals, the others
     */
    public record Report(long signatures, Map<ErrorCode, Long> refusals, List<String> others,
                         Map<String, Long> mischief, long intents, long done, long refused) {
        public long requests() {
            return signatures + refusals.values().stream().mapToLong(Long::longValue).sum() + others.size();
        }
    }

    private CardChaos(PivProxy place) {
        this.place = place;
    }

    /** Starts daemon and proxy, makes cards, and lets a user use each. */
    public static CardChaos open() throws IOException, GeneralSecurityException, RefusedException, InterruptedException {
        CardChaos chaos = new CardChaos(PivProxy.withReaders(READERS));
        try {
            for (int i = 0; i < CARDS; i++) {
                chaos.plugIn(i);
            }
            return chaos;
        } catch (IOException | GeneralSecurityException | RefusedException | InterruptedException e) {
            chaos.close();
            throw e;
        }
    }

    private void plugIn(int index) throws IOException, GeneralSecurityException, RefusedException, InterruptedException {
        PivKey key = PivKey.p256(TestAuthority.named("PIV test authority"), "Olivia Owner");
        PivCard card = PivCard.numbered(FIRST_SERIAL + index).key(PivSlot.AUTHENTICATION, key).build();
        Id remote = place.add("card " + index, index, card);
        cards.add(new PluggedIn(card, key.certificate().getPublicKey(), remote, index));
    }

    /** @param signatures to be made; refusals are not counted */
    public Report run(int signatures) throws Exception {
        left.set(signatures);
        int before = place.proxy().log().size();
        ExecutorService threads = Executors.newFixedThreadPool(USERS);
        List<Program> programs = new ArrayList<>();
        List<Future<?>> asking = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            Program program = new Program();
            programs.add(program);
            asking.add(threads.submit(program));
        }
        Map<String, Long> mischief = new TreeMap<>();
        while (asking.stream().anyMatch(one -> !one.isDone())) {
            mischief.merge(disturb(), 1L, Long::sum);
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(300, 3000));
        }
        threads.shutdown();
        for (Future<?> one : asking) {
            one.get();
        }
        putAllIn();
        return report(programs, mischief, before);
    }

    private Report report(List<Program> programs, Map<String, Long> mischief, int before) throws Exception {
        List<AuditEntry> log = place.proxy().log();
        long intents = 0;
        long done = 0;
        long refused = 0;
        for (AuditEntry entry : log.subList(before, log.size())) {
            if (entry.matter() instanceof AuditEntry.Intent) {
                intents++;
            } else if (entry.matter() instanceof AuditEntry.Outcome outcome) {
                boolean made = outcome.refusal().isEmpty() && outcome.results().stream().allMatch(one -> one.code() == 0);
                done += made ? 1 : 0;
                refused += made ? 0 : 1;
            } else if (entry.matter() instanceof AuditEntry.Refused) {
                refused++;
            }
        }
        Map<ErrorCode, Long> refusals = new TreeMap<>();
        List<String> others = new ArrayList<>();
        long made = 0;
        for (Program program : programs) {
            made += program.made;
            program.refusals.forEach((code, count) -> refusals.merge(code, count, Long::sum));
            others.addAll(program.others);
        }
        return new Report(made, refusals, others, mischief, intents, done, refused);
    }

    private String disturb() throws IOException, InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        PluggedIn one = cards.get(random.nextInt(CARDS));
        VirtualReader reader = place.daemon().reader(one.reader);
        switch (random.nextInt(8)) {
            case 0 -> {
                place.daemon().kill();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
                place.daemon().start();
                return "daemon killed and started";
            }
            case 1, 2 -> {
                one.card.plan().leaveAt(CardPlan.GENERAL_AUTHENTICATE, random.nextInt(5));
                return "told to leave in a signature";
            }
            default -> {
                if (reader.holds(one.card)) {
                    reader.remove();
                    return "pulled";
                }
                putIn(one);
                return "put in, in any reader";
            }
        }
    }

    private void putIn(PluggedIn one) {
        List<Integer> empty = new ArrayList<>();
        for (int reader = 0; reader < READERS; reader++) {
            if (place.daemon().reader(reader).isEmpty()) {
                empty.add(reader);
            }
        }
        one.card.plan().behave();
        one.reader = empty.get(ThreadLocalRandom.current().nextInt(empty.size()));
        place.daemon().reader(one.reader).insert(one.card);
    }

    private void putAllIn() throws IOException {
        place.daemon().start();
        for (PluggedIn one : cards) {
            one.card.plan().behave();
            if (!place.daemon().reader(one.reader).holds(one.card)) {
                putIn(one);
            }
        }
    }

    /** Asks for signatures until there are enough. */
    private final class Program implements Runnable {
        private final Asker asker = new Asker(place.proxy());
        private final Map<ErrorCode, Long> refusals = new TreeMap<>();
        private final List<String> others = new ArrayList<>();
        private long made;

        Program() throws IOException, GeneralSecurityException, RefusedException {
        }

        @Override
        public void run() {
            while (left.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
                if (!sign(cards.get(ThreadLocalRandom.current().nextInt(CARDS)))) {
                    left.incrementAndGet();
                    pause();
                }
            }
        }

        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean sign(PluggedIn one) {
            try {
                boolean right = asker.sign(one.remote, one.key);
                made += right ? 1 : 0;
                if (!right) {
                    others.add("a wrong signature");
                }
                return right;
            } catch (RefusedException e) {
                if (CLEAR.contains(e.code())) {
                    refusals.merge(e.code(), 1L, Long::sum);
                } else {
                    others.add(e.code() + ": " + e.getMessage());
                }
                return false;
            }
        }
    }

    /** Whether every card signs within this time. */
    public boolean isHealthy(Duration within) throws Exception {
        Program program = new Program();
        long limit = System.nanoTime() + within.toNanos();
        for (PluggedIn one : cards) {
            while (!program.sign(one)) {
                if (System.nanoTime() > limit) {
                    return false;
                }
                program.pause();
            }
        }
        return true;
    }

    @Override
    public void close() {
        place.close();
    }
}
