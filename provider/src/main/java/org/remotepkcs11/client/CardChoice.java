package org.remotepkcs11.client;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** Which card a tool means that names none, or names one by its label. */
final class CardChoice {
    private CardChoice() {
    }

    static RemoteCard among(List<RemoteCard> cards, Optional<String> label) throws RefusedException {
        List<RemoteCard> fitting = cards.stream()
                .filter(card -> label.isEmpty() || card.token().label().equals(label.get())).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        if (fitting.size() > 1) {
            throw new RefusedException(ErrorCode.CARD_AMBIGUOUS, "you may use several cards: " + labels(fitting));
        }
        String wanted = label.map(name -> "no card named \"" + name + "\"; ").orElse("");
        throw new RefusedException(ErrorCode.CARD_UNKNOWN,
                wanted + (cards.isEmpty() ? "no card is delegated to you" : "you may use " + labels(cards)));
    }

    private static String labels(List<RemoteCard> cards) {
        return cards.stream().map(card -> "\"" + card.token().label() + "\"").limit(20)
                .collect(Collectors.joining(", "));
    }
}
