package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardMemory;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.proxy.cards.CardWorkers;
import org.remotepkcs11.proxy.cards.Pace;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.software.SoftwareCard;
import org.remotepkcs11.proxy.cards.software.SoftwareCardSpec;
import org.remotepkcs11.proxy.cards.software.SoftwareCards;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.slf4j.LoggerFactory;

/** Right and wrong PINs leave no trace in logs, exceptions or files, whatever goes wrong. */
class PlantedPinTest {
    private final StringWriter traces = new StringWriter();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level usual = root.getLevel();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        log.start();
        root.setLevel(Level.TRACE);
        root.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
        root.setLevel(usual);
    }

    @Test
    void noPinIsFoundAnywhere() throws Exception {
        try (SoftHsmToken token = SoftHsmToken.create("planted")) {
            try (CardPin pin = PluggedCard.cardPin(token.pin())) {
                SoftwareCard.create(folder.resolve("planted.p12"), pin, SoftwareCardSpec.of("Planted", "Olive Owner"));
            }
            List<CardReader> readers = List.of(SoftwareCards.in("software", folder, Duration.ZERO),
                    Pkcs11Module.load(Pkcs11Settings.of("softhsm", SoftHsmToken.module())));
            try (CardWorkers workers = CardWorkers.over(readers, CardMemory.in(folder), Pace.DEFAULT)) {
                workers.cards().forEach(card -> misuse(workers, card.description().source(), token.pin()));
            }
            log.list.forEach(this::write);
            assertThat(traces.toString()).contains("CARD_PIN_REFUSED").doesNotContain(token.pin(), "wrong-but-secret");
            assertThat(files()).doesNotContain(token.pin(), "wrong-but-secret");
        }
    }

    private void misuse(CardWorkers workers, String source, String right) {
        for (String text : List.of(right, "wrong-but-secret", right)) {
            CardPin pin = PluggedCard.cardPin(text);
            attempt(() -> workers.checkPin(source, pin, soon(), there -> { }).join());
            workers.find(source).orElseThrow().description().keys().forEach(key -> {
                for (long mechanism : new long[] {Mechanisms.RSA_PKCS, Mechanisms.ECDSA, Mechanisms.EDDSA}) {
                    Operation operation = new Operation(key.fingerprint(), Operation.Kind.SIGN, mechanism,
                            Operation.NO_PARAMETERS, new byte[20]);
                    attempt(() -> workers.submit(source, new CardJob(Id.NONE, operation, there -> PluggedCard.cardPin(text), soon(),
                            there -> { })).join());
                }
            });
            traces.append(pin.toString());
        }
    }

    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (CompletionException e) {
            e.printStackTrace(new PrintWriter(traces, true));
        }
    }

    private void write(ILoggingEvent event) {
        traces.append(event.getFormattedMessage()).append('\n');
        if (event.getThrowableProxy() != null) {
            traces.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }

    private String files() throws Exception {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                all.append(file).append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(30);
    }
}
