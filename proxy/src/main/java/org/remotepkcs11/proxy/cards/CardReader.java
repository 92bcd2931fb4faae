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
     * @throws RefusedException CARD_FAILED if the reader itself does not work
     */
    List<Card> scan() throws RefusedException;

    @Override
    void close();
}
