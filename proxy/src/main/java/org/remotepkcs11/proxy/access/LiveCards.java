package org.remotepkcs11.proxy.access;

import java.util.List;
import org.remotepkcs11.wire.ProxyState.CardSource;

/** What is true of the physical cards at this moment. Answers at once. */
public interface LiveCards {
    /** All tokens in readers and files; what {@code used} says is not looked at. */
    List<CardSource> sources();

    boolean present(String source);

    /** Operations in the card's queue. */
    int waiting(String source);
}
