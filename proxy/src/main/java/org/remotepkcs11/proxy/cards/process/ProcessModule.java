package org.remotepkcs11.proxy.cards.process;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.wire.RefusedException;

/**
 * A PKCS #11 module outside the proxy's process: one process for each card, and a scout that tells which cards there
 * are; or one for all cards of the module. PKCS #11 modules commonly hold one lock a process, so cards of which each
 * has a process also work side by side.
 */
public final class ProcessModule implements CardReader {
    private static final Duration LONG_GONE = Duration.ofSeconds(30);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(8);

    private final Pkcs11Settings settings;
    private final Terms terms;
    private final Supervisor first;
    private final Map<String, ProcessCard> cards = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile Runnable listener = () -> { };
    private CompletableFuture<ModuleMessage.Answer> scan = CompletableFuture.completedFuture(null);

    /**
     * How processes are used.
     *
     * @param perCard  whether each card has its own
     * @param patience for one call into the module; one that takes longer is ended with its process
     */
    public record Terms(boolean perCard, Duration patience, ModuleEnvironment environment) {
    }

    private ProcessModule(Pkcs11Settings settings, Terms terms) {
        this.settings = terms.perCard() && settings.lanes() == 1 ? settings.serialised() : settings;
        this.terms = terms;
        ModuleMessage.Duty duty = terms.perCard() ? ModuleMessage.Duty.SCOUT : ModuleMessage.Duty.CARDS;
        this.first = supervise("module " + settings.name(), new ModuleMessage.Begin(this.settings, duty, Optional.empty()),
                () -> {
                    if (!terms.perCard()) {
                        cards.values().forEach(ProcessCard::leave);
                        listener.run();
                    }
                });
    }

    /** @throws IOException if the file is not a working PKCS #11 module */
    public static ProcessModule start(Pkcs11Settings settings, Terms terms) throws IOException {
        ProcessModule module = new ProcessModule(settings, terms);
        try {
            module.first.awaitStart();
            return module;
        } catch (IOException e) {
            module.close();
            throw e;
        }
    }

    private Supervisor supervise(String name, ModuleMessage.Begin begin, Runnable down) {
        return new Supervisor(new ModuleProcess.Order(name, terms.environment(), begin), terms.patience(), this::hear, down);
    }

    private void hear(ModuleMessage message) {
        if (message instanceof ModuleMessage.Shown shown) {
            card(shown.serial()).show(shown.description());
        } else if (message instanceof ModuleMessage.Gone gone) {
            Optional.ofNullable(cards.get(gone.serial())).ifPresent(this::left);
        }
        listener.run();
    }

    /**
     * A process without its card would look through all others for it, which disturbs those (OpenSC reads a card to name
     * it), and may still hold what a pulled card left locked; the scout finds the card again.
     */
    private void left(ProcessCard card) {
        card.leave();
        if (terms.perCard() && cards.remove(card.serial(), card)) {
            card.close();
        }
    }

    /** Begun when it is first seen. */
    private ProcessCard card(String serial) {
        ProcessCard seen = cards.computeIfAbsent(serial, unseen -> {
            ProcessCard card = new ProcessCard(serial);
            card.servedBy(terms.perCard() ? supervise(card) : first);
            return card;
        });
        if (closed) {
            seen.close();
        }
        return seen;
    }

    private Supervisor supervise(ProcessCard card) {
        return supervise("card " + settings.name() + ":" + card.serial(), new ModuleMessage.Begin(settings,
                ModuleMessage.Duty.CARDS, Optional.of(card.serial())), () -> {
                    card.leave();
                    listener.run();
                });
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public int lanes() {
        return settings.lanes();
    }

    @Override
    public void onNews(Runnable told) {
        listener = told;
    }

    /** By one thread at a time. Waits for nobody, unless {@code afresh}. */
    @Override
    public List<Card> scan(boolean afresh) {
        if (terms.perCard()) {
            endLongGone();
            askScout(afresh);
        }
        if (afresh) {
            await(Instant.now().plus(FIRST_LOOK));
        }
        return cards.values().stream().filter(ProcessCard::isThere).map(Card.class::cast).toList();
    }

    private void hearScout(ModuleMessage.Answer answer) {
        if (answer instanceof ModuleMessage.Tokens tokens) {
            tokens.serials().forEach(this::card);
        }
    }

    /** Cards that are known go on while the scout is being started. */
    private void askScout(boolean afresh) {
        if (afresh || scan.isDone()) {
            boolean missing = cards.values().stream().anyMatch(card -> !card.isThere());
            try {
                scan = first.ask(call -> new ModuleMessage.Scan(call, afresh || missing));
                scan.thenAccept(this::hearScout);
            } catch (RefusedException e) {
                scan = CompletableFuture.failedFuture(e);
            }
        }
    }

    private void endLongGone() {
        Instant limit = Instant.now().minus(LONG_GONE);
        cards.values().removeIf(card -> {
            boolean gone = !card.isThere() && card.goneSince().isBefore(limit);
            if (gone) {
                card.close();
            }
            return gone;
        });
    }

    private void await(Instant until) {
        try {
            hearScout(scan.get(Math.max(1, until.toEpochMilli() - System.currentTimeMillis()), TimeUnit.MILLISECONDS));
            for (ProcessCard card : cards.values()) {
                card.awaitShown(until);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Known cards are shown all the same; the next look asks again.
            return;
        }
    }

    @Override
    public void close() {
        closed = true;
        cards.values().forEach(ProcessCard::close);
        first.close();
    }
}
