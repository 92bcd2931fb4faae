package org.remotepkcs11.proxy.cards.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RefusedException;

class SoftwareCardTest {
    private static final String PIN = "471147";

    @TempDir
    Path folder;
    private Card card;
    private Id key;

    @BeforeEach
    void makeCard() throws Exception {
        try (CardPin pin = pin(PIN)) {
            SoftwareCard.create(folder.resolve("demo.p12"), pin, SoftwareCardSpec.of("Demo", "Olive Owner")
                    .withKeys(SoftwareKeyType.P_256).withTries(3));
        }
        card = reopen(Duration.ofMinutes(5));
        key = card.describe().keys().get(0).fingerprint();
    }

    private Card reopen(Duration idle) throws RefusedException {
        return SoftwareCards.in("software", folder, idle).scan(false).get(0);
    }

    @Test
    void keysAndCertificatesAreSeenWithoutThePin() throws Exception {
        CardDescription seen = card.describe();
        assertThat(seen.complete()).isFalse();
        assertThat(seen.certificates()).hasSize(2);
        assertThat(seen.keys()).singleElement().satisfies(key -> assertThat(key.label()).isEqualTo("p-256"));
        assertThat(seen.mechanisms()).containsExactlyInAnyOrder(Mechanisms.ECDSA, Mechanisms.ECDH1_DERIVE);
    }

    @Test
    void unlockingShowsNothingElse() throws Exception {
        CardDescription before = card.describe();
        check(PIN);
        assertThat(card.describe().complete()).isTrue();
        assertThat(card.describe()).usingRecursiveComparison().ignoringFields("complete").isEqualTo(before);
    }

    @Test
    void tooManyWrongPinsLockItForEver() throws Exception {
        for (PinState expected : new PinState[] {PinState.COUNT_LOW, PinState.FINAL_TRY, PinState.LOCKED}) {
            assertRefused(() -> check("wrong"));
            assertThat(card.describe().pinState()).isEqualTo(expected);
        }
        assertRefused(() -> check(PIN));
        card = reopen(Duration.ofMinutes(5));
        assertRefused(() -> check(PIN));
    }

    @Test
    void theRightPinRestoresTheTries() throws Exception {
        assertRefused(() -> check("wrong"));
        check(PIN);
        assertThat(card.describe().pinState()).isEqualTo(PinState.OK);
    }

    @Test
    void aStoredPinIsSentOnlyOnce() throws Exception {
        assertRefused(() -> sign("wrong"));
        assertRefused(() -> sign("wrong"));
        assertRefused(() -> sign(PIN));
        assertThat(card.describe().pinState()).isEqualTo(PinState.COUNT_LOW);
    }

    @Test
    void aStoredPinIsNeverTheLastTry() throws Exception {
        assertRefused(() -> check("wrong"));
        assertRefused(() -> check("wrong"));
        assertRefused(() -> sign(PIN));
        assertThat(card.describe().pinState()).isEqualTo(PinState.FINAL_TRY);
        check(PIN);
        assertThat(sign(PIN)).hasSize(64);
    }

    @Test
    void anIdleCardIsLocked() throws Exception {
        card = reopen(Duration.ZERO);
        sign(PIN);
        Files.delete(folder.resolve("demo.p12"));
        assertThat(sign(PIN)).hasSize(64);
        card.rest();
        assertThatThrownBy(() -> sign(PIN)).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CARD_ABSENT));
    }

    @Test
    void anExistingCardIsNotOverwritten() {
        assertThatThrownBy(() -> SoftwareCard.create(folder.resolve("demo.p12"), pin(PIN),
                SoftwareCardSpec.of("Other", "Other"))).isInstanceOf(FileAlreadyExistsException.class);
    }

    private static CardPin pin(String text) {
        return CardPin.ofUtf8(text.getBytes(StandardCharsets.UTF_8));
    }

    private void check(String text) throws RefusedException {
        try (CardPin pin = pin(text)) {
            card.checkPin(pin);
        }
    }

    private byte[] sign(String text) throws RefusedException {
        Operation operation = new Operation(key, Operation.Kind.SIGN, Mechanisms.ECDSA,
                Operation.NO_PARAMETERS, new byte[32]);
        try (CardPin pin = pin(text)) {
            return card.apply(operation, pin, Instant.now().plusSeconds(10));
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CARD_PIN_REFUSED));
    }
}
