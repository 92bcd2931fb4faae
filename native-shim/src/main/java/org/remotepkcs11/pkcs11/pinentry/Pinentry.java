package org.remotepkcs11.pkcs11.pinentry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.remotepkcs11.pkcs11.application.PinEntry;
import org.remotepkcs11.wire.RemoteCard;

/**
 * Asks the user by a pinentry program, as GnuPG does, on the screen or terminal of the host. Each question is a process of
 * its own; who does not answer in time has given up.
 */
public final class Pinentry implements PinEntry {
    private static final System.Logger LOG = System.getLogger(Pinentry.class.getName());
    /** As the card's holder sees it; the program itself is told to give up a little before it is ended. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration MARGIN = Duration.ofSeconds(5);
    private static final String[] SCREENS = {"DISPLAY", "WAYLAND_DISPLAY", "GPG_TTY"};

    private final Path program;
    private final Map<String, String> terminal;
    private final String host;
    private volatile boolean wrong;

    /**
     * @param program  speaks Assuan on its standard input and output
     * @param terminal DISPLAY, WAYLAND_DISPLAY, XAUTHORITY, GPG_TTY of the host, where set
     * @param host     its name, for the user to read
     */
    public Pinentry(Path program, Map<String, String> terminal, String host) {
        this.program = program;
        this.terminal = Map.copyOf(terminal);
        this.host = host;
    }

    /** The program: {@code RPKCS11_PINENTRY}, else {@code pinentry} in the {@code PATH}; empty if there is none. */
    public static Optional<Path> program(Map<String, String> environment) {
        String named = environment.getOrDefault("RPKCS11_PINENTRY", "");
        Stream<Path> candidates = named.isEmpty()
                ? Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                        .filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, "pinentry"))
                : Stream.of(Path.of(named));
        return candidates.filter(Files::isExecutable).findFirst();
    }

    /** Whether there is a screen or a terminal to ask at. */
    @Override
    public boolean isAvailable() {
        return Stream.of(SCREENS).anyMatch(terminal::containsKey);
    }

    @Override
    public Optional<char[]> ask(RemoteCard card, Purpose purpose) {
        if (!isAvailable()) {
            return Optional.empty();
        }
        try {
            char[] pin = answered(card, purpose);
            return pin.length == 0 ? Optional.empty() : Optional.of(pin);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO, "{0} gave no pin for {1}: {2}", program, card.token().label(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void refused(RemoteCard card) {
        wrong = true;
    }

    private char[] answered(RemoteCard card, Purpose purpose) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(terminal);
        Process process = builder.start();
        Executor late = CompletableFuture.delayedExecutor(PATIENCE.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> end = CompletableFuture.runAsync(process::destroyForcibly, late);
        try {
            return converse(new AssuanChannel(process.getInputStream(), process.getOutputStream()), card, purpose);
        } finally {
            end.cancel(false);
            process.destroy();
        }
    }

    private char[] converse(AssuanChannel pinentry, RemoteCard card, Purpose purpose) throws IOException {
        option(pinentry, "display", "DISPLAY");
        option(pinentry, "ttyname", "GPG_TTY");
        pinentry.ask("SETTIMEOUT", Long.toString(PATIENCE.toSeconds()));
        pinentry.ask("SETTITLE", "RemotePKCS11");
        pinentry.ask("SETDESC", description(card, purpose));
        pinentry.ask("SETPROMPT", purpose == Purpose.NEW_PIN ? "New PIN:" : "PIN:");
        if (wrong) {
            pinentry.ask("SETERROR", "That PIN was wrong");
            wrong = false;
        }
        char[] pin = pinentry.ask("GETPIN", "");
        return purpose == Purpose.NEW_PIN ? repeated(pinentry, pin) : pin;
    }

    /** Typed twice, lest a slip of the finger lock the user out. */
    private static char[] repeated(AssuanChannel pinentry, char[] pin) throws IOException {
        pinentry.ask("SETPROMPT", "New PIN again:");
        char[] again = pinentry.ask("GETPIN", "");
        boolean same = Arrays.equals(pin, again);
        Arrays.fill(again, '\0');
        if (!same) {
            Arrays.fill(pin, '\0');
            throw new AssuanException("the new pin was not the same the second time");
        }
        return pin;
    }

    /** A program that does not know an option does without it. */
    private void option(AssuanChannel pinentry, String name, String variable) throws IOException {
        String value = terminal.get(variable);
        if (value != null) {
            try {
                pinentry.ask("OPTION", name + "=" + value);
            } catch (AssuanException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0}: option {1}: {2}", program, name, e.getMessage());
            }
        }
    }

    private String description(RemoteCard card, Purpose purpose) {
        String what = switch (purpose) {
            case LOGIN -> host + " wants to use the remote card " + card.token().label() + " of " + card.owner() + ".";
            case USE_OF_KEY -> host + " wants to use a key of " + card.token().label() + " that asks for the PIN each time.";
            case OLD_PIN -> host + " changes the virtual PIN of " + card.token().label() + ". The one until now:";
            case NEW_PIN -> "The new virtual PIN of " + card.token().label() + ":";
        };
        String warning = switch (card.pinState()) {
            case FINAL_TRY -> "\nThis is the last try before the PIN is locked.";
            case COUNT_LOW -> "\nWrong PINs were tried before.";
            case LOCKED -> "\nThe PIN is locked.";
            case OK -> "";
        };
        return what + warning;
    }
}
