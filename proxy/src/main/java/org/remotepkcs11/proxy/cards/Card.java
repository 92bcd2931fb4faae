package org.remotepkcs11.proxy.cards;

import java.time.Instant;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/**
 * One physical card, token or file that holds private keys. Calls block on the card; up to as many at once as its
 * reader has lanes. Implementations never keep a PIN after a call.
 */
public interface Card extends AutoCloseable {
    /** Names the card within its reader for as long as the card lives; never a slot number. */
    String serial();

    /**
     * What can be seen of the card now, without its PIN and from what was learned when it was last unlocked.
     *
     * @throws RefusedException CARD_ABSENT, CARD_FAILED
     */
    CardDescription describe() throws RefusedException;

    /**
     * Applies a private key. A PIN that this card has refused is not sent to it again, nor is any PIN sent when the
     * card says that one more wrong try locks it.
     *
     * @return signature (r‖s for ECDSA), plaintext or shared secret, as PKCS #11 v3.1 section 6 gives it
     * @throws RefusedException KEY_UNKNOWN, KEY_FORBIDDEN, MECHANISM_FORBIDDEN, INPUT_INVALID, CARD_ABSENT,
     *                          CARD_FAILED, CARD_PIN_REFUSED, DEADLINE_PASSED
     */
    byte[] apply(Operation operation, CardPin pin, Instant deadline) throws RefusedException;

    /**
     * Tries a PIN that the card's owner has just entered. This is the only way back for a PIN that was refused.
     *
     * @throws RefusedException CARD_PIN_REFUSED, CARD_ABSENT, CARD_FAILED
     */
    void checkPin(CardPin pin) throws RefusedException;

    /** Ends sessions that nobody used for a while, so that the card is locked again. */
    void rest();

    @Override
    void close();
}
