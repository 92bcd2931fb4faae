package org.remotepkcs11.proxy.cards;

import java.util.List;
import org.remotepkcs11.wire.RefusedException;

/** Where cards come from: a PKCS #11 module with its readers, or a folder of software cards. */
public interface CardReader extends AutoCloseable {
    /** Left of the colon in a card's source. */
    String name();

    /** How many operations one of its cards does at once. */
    int lanes();

    /**
     * The cards that are there now; a card that stayed is the same object as before.
     *
     * @param afresh somebody waits for a card just put in: also do what disturbs idle cards, as restarting a module
     * @throws RefusedException CARD_FAILED if the reader itself does not work
     */
    List<Card> scan(boolean afresh) throws RefusedException;

    /** To be called when a scan would find something new, by readers that learn of it by themselves. */
    default void onNews(Runnable listener) {
    }

    @Override
    void close();
}
