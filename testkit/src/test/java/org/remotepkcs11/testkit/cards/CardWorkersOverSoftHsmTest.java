package org.remotepkcs11.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardMemory;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.proxy.cards.CardWorkers;
import org.remotepkcs11.proxy.cards.Pace;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;

/** Workers over a real module, and tokens that come and go. */
class CardWorkersOverSoftHsmTest {
    private static final Pace QUICK = new Pace(Duration.ofMillis(50), Duration.ofSeconds(10), 2000);

    @TempDir
    Path memory;
    private SoftHsmToken token;
    private CardWorkers workers;
    private CardPin pin;
    private String source;

    @BeforeEach
    void start() throws Exception {
        token = SoftHsmToken.create("worker", SoftHsmKey.P_256);
        pin = PluggedCard.cardPin(token.pin());
        source = "softhsm:" + token.serial();
        workers = open();
    }

    private CardWorkers open() throws Exception {
        Pkcs11Module module = Pkcs11Module.load(Pkcs11Settings.of("softhsm", SoftHsmToken.module()));
        return CardWorkers.over(List.of(module), CardMemory.in(memory), QUICK);
    }

    @AfterEach
    void stop() {
        workers.close();
        token.close();
    }

    @Test
    void aThousandOperationsAtOnceAreAllRight() throws Exception {
        workers.checkPin(source, pin, soon(), there -> { }).join();
        List<CompletableFuture<byte[]>> all = IntStream.range(0, 1000).mapToObj(this::sign).toList();
        for (int i = 0; i < all.size(); i++) {
            Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
            verifier.initVerify(token.certificate(SoftHsmKey.P_256));
            verifier.update(digest(i));
            assertThat(verifier.verify(all.get(i).join())).isTrue();
        }
    }

    @Test
    void aRemovedTokenIsAbsentAndComesBackByItself() throws Exception {
        workers.checkPin(source, pin, soon(), there -> { }).join();
        awaitPresence(false, token::remove);
        assertThatThrownBy(sign(1)::join).isInstanceOfSatisfying(CompletionException.class,
                failed -> assertThat(((RefusedException) failed.getCause()).code()).isEqualTo(ErrorCode.CARD_ABSENT));
        awaitPresence(true, token::putBack);
        assertThat(sign(2).join()).hasSize(64);
    }

    @Test
    void anAbsentCardIsStillShown() throws Exception {
        workers.checkPin(source, pin, soon(), there -> { }).join();
        awaitPresence(false, token::remove);
        CardState state = workers.find(source).orElseThrow();
        assertThat(state.description().certificates()).hasSize(1);
        assertThat(state.description().keys()).extracting(PrivateKeyObject::label).containsExactly("p-256");
    }

    @Test
    void aTokenMadeLaterIsFoundWhenSomebodyWaitsForIt() throws Exception {
        try (SoftHsmToken later = SoftHsmToken.create("later", SoftHsmKey.P_256)) {
            workers.rescan();
            assertThat(workers.find("softhsm:" + later.serial())).isPresent();
        }
    }

    @Test
    void whatTheUnlockedCardShowedSurvivesARestart() throws Exception {
        workers.checkPin(source, pin, soon(), there -> { }).join();
        PrivateKeyObject before = workers.find(source).orElseThrow().description().keys().get(0);
        workers.close();
        token.remove();
        workers = open();
        CardState state = workers.find(source).orElseThrow();
        assertThat(state.present()).isFalse();
        assertThat(state.description().keys().get(0)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void aRefusedStoredPinIsNotSentAgainAfterARestart() throws Exception {
        try (CardPin wrong = PluggedCard.cardPin("wrong-pin")) {
            assertThat(codeOf(sign(1, wrong))).isEqualTo(ErrorCode.CARD_PIN_REFUSED);
        }
        workers.close();
        workers = open();
        assertThat(codeOf(sign(2, pin))).isEqualTo(ErrorCode.CARD_PIN_REFUSED);
        workers.checkPin(source, pin, soon(), there -> { }).join();
        assertThat(sign(3).join()).hasSize(64);
    }

    private static ErrorCode codeOf(CompletableFuture<?> future) {
        return future.handle((value, failure) -> ((RefusedException) failure).code()).join();
    }

    private interface Act {
        void run() throws Exception;
    }

    private void awaitPresence(boolean expected, Act act) throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        workers.onChange(() -> {
            if (workers.find(source).orElseThrow().present() == expected) {
                told.countDown();
            }
        });
        act.run();
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<byte[]> sign(int number) {
        return sign(number, pin);
    }

    private CompletableFuture<byte[]> sign(int number, CardPin with) {
        PrivateKeyObject key = workers.find(source).orElseThrow().description().keys().get(0);
        Operation operation = new Operation(key.fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA,
                Operation.NO_PARAMETERS, digest(number));
        return workers.submit(source, new CardJob(Id.NONE, operation, there -> CardPin.ofUtf8(with.utf8()), soon(), there -> { }));
    }

    private static byte[] digest(int number) {
        byte[] digest = new byte[32];
        digest[0] = (byte) number;
        digest[1] = (byte) (number >> 8);
        return digest;
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(30);
    }
}
