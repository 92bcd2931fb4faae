package org.remotepkcs11.played;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.software.SoftwareCard;
import org.remotepkcs11.proxy.cards.software.SoftwareCardSpec;
import org.remotepkcs11.proxy.cards.software.SoftwareCards;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** A real software card behind the played proxy: RSA-2048, P-256, P-384 and Ed25519. Made once a JVM. */
final class PlayedCard {
    static final PlayedCard ONE = make();

    private static final PinDerivation QUICK = new PinDerivation(Id.random(), 64, 1, 1);

    private final Card card;
    private final CardDescription description;

    private PlayedCard(Card card) throws RefusedException {
        this.card = card;
        this.description = card.describe();
    }

    private static PlayedCard make() {
        try {
            Path folder = Files.createTempDirectory("played-card");
            SoftwareCard.create(folder.resolve("card.p12"), pin(), SoftwareCardSpec.of("Played card", "Olga Owner")
                    .withKeys(SoftwareKeyType.RSA_2048, SoftwareKeyType.P_256, SoftwareKeyType.P_384,
                            SoftwareKeyType.ED25519));
            Card card = SoftwareCards.in("played", folder, Duration.ofHours(1)).scan(true).get(0);
            card.checkPin(pin());
            return new PlayedCard(card);
        } catch (IOException | GeneralSecurityException | RefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CardPin pin() {
        return CardPin.ofUtf8("12345678".getBytes(StandardCharsets.UTF_8));
    }

    /** As a user sees it. */
    RemoteCard shown(String label, Id id) {
        RemoteCard.Token token = new RemoteCard.Token(label, id.toString().substring(0, 16), "RemotePKCS11", "played");
        return new RemoteCard(id, token, "Olga Owner", id, QUICK, PinState.OK, true, description.mechanisms(),
                description.certificates(), description.keys(), Optional.empty(), Optional.empty());
    }

    static RemoteCard withFreshDerivation(RemoteCard card) {
        return new RemoteCard(card.id(), card.token(), card.owner(), card.delegation(),
                new PinDerivation(Id.random(), 64, 1, 1), card.pinState(), card.present(), card.mechanisms(),
                card.certificates(), card.keys(), card.notBefore(), card.notAfter());
    }

    Outcome.Result apply(Operation operation) {
        try {
            return new Outcome.Result.Output(card.apply(operation, pin(), Instant.now().plusSeconds(30)));
        } catch (RefusedException e) {
            return new Outcome.Result.Failed(e.refusal());
        }
    }
}
