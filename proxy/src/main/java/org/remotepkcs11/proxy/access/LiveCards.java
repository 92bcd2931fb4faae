package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.wire.ProxyState.CardSource;

/** What is true of the physical cards at this moment. Answers at once. */
public interface LiveCards {
    /** All tokens in readers and files; what {@code used} says is not looked at. */
    List<CardSource> sources();

    /** Of a physical card; empty if it was never seen. */
    Optional<CardState> find(String source);

    default boolean present(String source) {
        return find(source).map(CardState::present).orElse(false);
    }
}
