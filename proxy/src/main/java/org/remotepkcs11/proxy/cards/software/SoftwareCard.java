package org.remotepkcs11.proxy.cards.software;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.PinCare;
import org.remotepkcs11.proxy.cards.PinTrace;
import org.remotepkcs11.proxy.cards.Turnstile;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/**
 * A PKCS #12 file that behaves like a card: its password is the PIN, wrong ones are counted on disk before they are
 * tried, and too many lock it. Keys are in memory only while it is in use.
 */
public final class SoftwareCard implements Card {
    private static final Duration CHECK_PATIENCE = Duration.ofSeconds(30);

    private final String reader;
    private final CardFile file;
    private final String serial;
    private final Duration idle;
    private final Clock clock;
    private final Turnstile turnstile = new Turnstile(1);
    private final PinCare care = new PinCare();
    private volatile UnlockedKeys unlocked;
    private volatile Seen seen;

    private record Seen(String version, boolean complete, CardDescription description) {
    }

    SoftwareCard(String reader, CardFile file, Duration idle, Clock clock) throws IOException {
        this.reader = reader;
        this.file = file;
        this.serial = file.state().serial();
        this.idle = idle;
        this.clock = clock;
    }

    /**
     * Makes a new card: keys, and certificates of a small authority of its own that is forgotten at once; its
     * certificate is the last on the card and the trust anchor for verifiers.
     *
     * @param path must end in {@code .p12}
     * @throws FileAlreadyExistsException if there is such a card
     */
    public static void create(Path path, CardPin pin, SoftwareCardSpec spec)
            throws IOException, GeneralSecurityException {
        CardFile file = new CardFile(path);
        if (!path.getFileName().toString().endsWith(CardFile.SUFFIX)) {
            throw new IllegalArgumentException("a software card's file name ends in " + CardFile.SUFFIX);
        }
        if (file.exists()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        byte[] utf8 = pin.utf8();
        char[] password = Pkcs12Contents.password(utf8);
        try {
            byte[] contents = new SoftwareCardMaker(spec).make(password);
            file.write(CardFile.State.fresh(spec.label(), spec.tries()));
            file.writeContents(contents);
        } finally {
            Arrays.fill(password, '\0');
            Arrays.fill(utf8, (byte) 0);
        }
    }

    @Override
    public String serial() {
        return serial;
    }

    @Override
    public CardDescription describe() throws RefusedException {
        try {
            String version = file.version();
            Seen last = seen;
            UnlockedKeys keys = unlocked;
            if (last == null || !last.version().equals(version) || keys != null && !last.complete()) {
                Pkcs12Contents contents = keys != null && keys.version().equals(version)
                        ? keys.contents() : Pkcs12Contents.open(file.contents());
                last = new Seen(version, keys != null, SoftwareCardView.of(contents, reader, file.state(), keys != null));
                seen = last;
            }
            return last.description().withPinState(pinState(file.state()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException {
        return unlock(pin, deadline).key(operation.key()).apply(operation);
    }

    private UnlockedKeys unlock(CardPin pin, Instant deadline) throws RefusedException {
        PinTrace trace = PinTrace.of(pin);
        UnlockedKeys ready = unlocked;
        if (ready != null && ready.isOpenedBy(trace, clock.instant())) {
            return ready;
        }
        try (Turnstile.Pass alone = turnstile.alone(deadline)) {
            ready = unlocked;
            if (ready != null && ready.isOpenedBy(trace, clock.instant())) {
                return ready;
            }
            care.beforeStored(pinState(file.state()));
            return open(pin, trace);
        } catch (Pkcs12Contents.WrongPasswordException e) {
            throw care.storedRefused();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void checkPin(CardPin pin) throws RefusedException {
        try (Turnstile.Pass alone = turnstile.alone(Instant.now().plus(CHECK_PATIENCE))) {
            care.beforeEntered(pinState(file.state()));
            open(pin, PinTrace.of(pin));
        } catch (Pkcs12Contents.WrongPasswordException e) {
            throw care.enteredRefused();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The try is spent before the PIN is tried, as a card does it, so that pulling the plug gains nothing. */
    private UnlockedKeys open(CardPin pin, PinTrace trace) throws IOException, Pkcs12Contents.WrongPasswordException {
        CardFile.State state = file.state();
        file.write(state.withTriesLeft(state.triesLeft() - 1));
        byte[] utf8 = pin.utf8();
        char[] password = Pkcs12Contents.password(utf8);
        try {
            String version = file.version();
            Pkcs12Contents contents = Pkcs12Contents.unlock(file.contents(), password);
            UnlockedKeys keys = UnlockedKeys.of(version, contents, trace, clock.instant());
            file.write(state.withTriesLeft(state.maxTries()));
            care.accepted();
            unlocked = keys;
            return keys;
        } finally {
            Arrays.fill(password, '\0');
            Arrays.fill(utf8, (byte) 0);
        }
    }

    private static PinState pinState(CardFile.State state) {
        if (state.triesLeft() <= 0) {
            return PinState.LOCKED;
        }
        if (state.triesLeft() == 1) {
            return PinState.FINAL_TRY;
        }
        return state.triesLeft() < state.maxTries() ? PinState.COUNT_LOW : PinState.OK;
    }

    private RefusedException unreadable(IOException cause) {
        ErrorCode code = file.exists() ? ErrorCode.CARD_FAILED : ErrorCode.CARD_ABSENT;
        return new RefusedException(Refusal.of(code, "the file of software card " + serial + " cannot be used"), cause);
    }

    @Override
    public void rest() {
        UnlockedKeys keys = unlocked;
        if (keys != null && keys.isIdle(clock.instant().minus(idle))) {
            unlocked = null;
        }
    }

    @Override
    public void close() {
        unlocked = null;
    }
}
