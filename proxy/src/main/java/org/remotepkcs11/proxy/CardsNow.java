package org.remotepkcs11.proxy;

import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.access.LiveCards;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.proxy.cards.CardWorkers;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.RemoteCard;

/** The cards' workers, as access looks at them. */
record CardsNow(CardWorkers workers) implements LiveCards {
    /** For a process that does not serve: it has no cards. */
    static final LiveCards NONE = new LiveCards() {
        @Override
        public List<CardSource> sources() {
            return List.of();
        }

        @Override
        public Optional<CardState> find(String source) {
            return Optional.empty();
        }
    };

    /** Somebody may look because a card was just put in; what a new look finds is told the next time. */
    @Override
    public List<CardSource> sources() {
        workers.rescanSoon();
        return workers.cards().stream().filter(CardState::present).map(state -> {
            RemoteCard.Token token = state.description().token();
            return new CardSource(state.description().source(), token.label(), token.model(), false);
        }).toList();
    }

    @Override
    public Optional<CardState> find(String source) {
        return workers.find(source);
    }
}
