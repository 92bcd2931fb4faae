package org.remotepkcs11.pkcs11.application;

import java.util.List;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;
import org.remotepkcs11.pkcs11.cryptoki.SlotInfo;
import org.remotepkcs11.pkcs11.cryptoki.TokenInfo;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RemoteCard;

/** Slot and token management, PKCS #11 v3.2 section 5.5. */
public final class SlotFunctions {
    private static final String MANUFACTURER = "RemotePKCS11";
    /** What is true of every token: random numbers, and two operations at a time, are made here. */
    private static final long TOKEN_FLAGS = CKF.RNG | CKF.LOGIN_REQUIRED | CKF.USER_PIN_INITIALIZED
            | CKF.DUAL_CRYPTO_OPERATIONS | CKF.TOKEN_INITIALIZED;

    private final Application application;

    SlotFunctions(Application application) {
        this.application = application;
    }

    /**
     * {@code C_GetSlotList}.
     *
     * @param anew the caller passed NULL: the proxy is asked even if it could not be reached just now
     */
    public long[] list(boolean tokenPresent, boolean anew) {
        application.interestInSlots();
        Inventory inventory = application.inventory();
        List<Slot> slots = anew ? inventory.slotsAskedAnew() : inventory.slots();
        return slots.stream().filter(application::shows).map(application::seen).filter(slot -> !tokenPresent || slot.tokenPresent())
                .mapToLong(Slot::id).toArray();
    }

    /** {@code C_GetSlotInfo}. */
    public SlotInfo info(long slotId) {
        Slot slot = slot(slotId);
        String description = slot.card().map(card -> card.token().label() + " of " + card.owner())
                .orElseGet(() -> slot.refusal().orElseThrow().message());
        long flags = CKF.REMOVABLE_DEVICE | CKF.HW_SLOT | (slot.tokenPresent() ? CKF.TOKEN_PRESENT : 0);
        return new SlotInfo(description, MANUFACTURER, flags);
    }

    /** {@code C_GetTokenInfo}. */
    public TokenInfo tokenInfo(long slotId) {
        RemoteCard card = present(slotId).card().orElseThrow();
        List<Session> sessions = application.openSessions(slotId);
        RemoteCard.Token token = card.token();
        return new TokenInfo(token.label(), token.manufacturer(), token.model(), token.serialNumber(),
                TOKEN_FLAGS | pinFlags(card.pinState())
                        | (application.pins().canAsk() ? CKF.PROTECTED_AUTHENTICATION_PATH : 0),
                sessions.size(), sessions.stream().filter(Session::isReadWrite).count(), Pins.MAX_LENGTH,
                Pins.MIN_LENGTH);
    }

    private static long pinFlags(PinState state) {
        return switch (state) {
            case OK -> 0;
            case COUNT_LOW -> CKF.USER_PIN_COUNT_LOW;
            case FINAL_TRY -> CKF.USER_PIN_COUNT_LOW | CKF.USER_PIN_FINAL_TRY;
            case LOCKED -> CKF.USER_PIN_LOCKED;
        };
    }

    /** {@code C_GetMechanismList}. */
    public long[] mechanisms(long slotId) {
        return shown(slotId).mechanisms().types().stream().mapToLong(Long::longValue).toArray();
    }

    /** {@code C_GetMechanismInfo}. */
    public MechanismInfo mechanismInfo(long slotId, long type) {
        return shown(slotId).mechanisms().info(type).orElseThrow(() -> new CkException(CKR.MECHANISM_INVALID));
    }

    /** {@code C_InitToken}: cards are made and given out by their owners. */
    public void initToken(long slotId) {
        present(slotId);
        throw new CkException(CKR.FUNCTION_NOT_SUPPORTED, "cards are made by their owners, at the proxy");
    }

    /** {@code C_WaitForSlotEvent}. @return the slot where a token came or went */
    public long waitForEvent(long flags) {
        application.requireRunning();
        application.inventory().watch().want();
        application.inventory().slots();
        if ((flags & CKF.DONT_BLOCK) != 0) {
            return application.events().poll();
        }
        return application.events().await(application.inventory().watch()::want);
    }

    /** With the keys that this application is shown. */
    private Slot shown(long slotId) {
        return application.token(slotId).shown(present(slotId));
    }

    private Slot present(long slotId) {
        Slot slot = slot(slotId);
        if (!slot.tokenPresent()) {
            throw new CkException(CKR.TOKEN_NOT_PRESENT);
        }
        return slot;
    }

    private Slot slot(long slotId) {
        application.interestInSlots();
        return application.inventory().slot(slotId).filter(application::shows).map(application::seen)
                .orElseThrow(() -> new CkException(CKR.SLOT_ID_INVALID));
    }
}
