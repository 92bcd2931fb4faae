package org.remotepkcs11.pkcs11.application;

import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.SessionInfo;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** Sessions, logins and PINs, PKCS #11 v3.2 section 5.6. */
public final class SessionFunctions {
    private final Application application;

    SessionFunctions(Application application) {
        this.application = application;
    }

    /** {@code C_OpenSession}. @return its handle */
    public long open(long slotId, long flags) {
        application.requireRunning();
        Slot slot = application.inventory().slot(slotId).filter(application::shows).map(application::seen)
                .orElseThrow(() -> new CkException(CKR.SLOT_ID_INVALID));
        if ((flags & CKF.SERIAL_SESSION) == 0) {
            throw new CkException(CKR.SESSION_PARALLEL_NOT_SUPPORTED);
        }
        if ((flags & CKF.ASYNC_SESSION) != 0) {
            throw new CkException(CKR.SESSION_ASYNC_NOT_SUPPORTED);
        }
        if (!slot.tokenPresent()) {
            throw new CkException(CKR.TOKEN_NOT_PRESENT);
        }
        return application.open(slotId, (flags & CKF.RW_SESSION) != 0).handle();
    }

    /** {@code C_CloseSession}. */
    public void close(long session) {
        application.close(application.session(session));
    }

    /** {@code C_CloseAllSessions}. */
    public void closeAll(long slotId) {
        application.requireRunning();
        application.inventory().knownSlot(slotId).filter(application::shows)
                .orElseThrow(() -> new CkException(CKR.SLOT_ID_INVALID));
        application.openSessions(slotId).forEach(application::close);
    }

    /** {@code C_GetSessionInfo}. */
    public SessionInfo info(long session) {
        application.interestInSlots();
        application.inventory().slots();
        return application.session(session).info();
    }

    /** {@code C_Login}. @param pin UTF-8; empty: the user is asked */
    public void login(long session, long userType, Optional<byte[]> pin) {
        Session here = application.session(session);
        if (userType == CKF.USER_CONTEXT_SPECIFIC) {
            ContextLogin waiting = here.awaitingLogin();
            waiting.give(application.pins().lend(pin, here.token().card(), PinEntry.Purpose.USE_OF_KEY,
                    chars -> confirmed(here.token().card(), chars)));
        } else if (userType == CKF.USER_USER) {
            here.token().login().requireLoggedOut();
            application.pins().lend(pin, here.token().card(), PinEntry.Purpose.LOGIN, chars -> {
                RemoteCard card = here.token().card();
                here.token().login().login(() -> application.inventory().source().login(card, chars));
                return null;
            });
        } else {
            throw new CkException(CKR.USER_TYPE_INVALID, "cards are governed by their owners, at the proxy");
        }
    }

    /** {@code C_LoginUser}: these tokens know no user names. */
    public void loginUser(long session, long userType, Optional<byte[]> pin, byte[] userName) {
        application.session(session);
        if (userName.length > 0) {
            throw new CkException(CKR.ARGUMENTS_BAD, "these tokens know no user names");
        }
        login(session, userType, pin);
    }

    /** {@code C_Logout}. */
    public void logout(long session) {
        application.session(session).token().logout();
    }

    /** {@code C_SetPIN}: changes the virtual PIN. */
    public void setPin(long session, Optional<byte[]> oldPin, Optional<byte[]> newPin) {
        Session here = application.session(session);
        here.requireReadWrite();
        RemoteCard card = here.token().card();
        application.pins().lend(oldPin, card, PinEntry.Purpose.OLD_PIN,
                old -> application.pins().lend(newPin, card, PinEntry.Purpose.NEW_PIN, renewed -> {
                    Pins.requireLength(renewed);
                    here.token().login().replace(changed(card, old, renewed));
                    return null;
                }));
        application.inventory().slots();
    }

    private CardLogin changed(RemoteCard card, char[] old, char[] renewed) {
        try (CardLogin before = confirmed(card, old)) {
            return before.changePin(renewed);
        } catch (RefusedException e) {
            throw Refusals.returned(e);
        }
    }

    private CardLogin confirmed(RemoteCard card, char[] pin) {
        try {
            return application.inventory().source().login(card, pin);
        } catch (RefusedException e) {
            throw Refusals.returned(e);
        }
    }

    /** {@code C_InitPIN}: only a security officer may, and there is none. */
    public void initPin(long session) {
        application.session(session);
        throw new CkException(CKR.USER_NOT_LOGGED_IN, "virtual pins are given by the card's owner, at the proxy");
    }

    /** {@code C_SessionCancel}. */
    public void cancel(long session, long flags) {
        application.session(session).cancel(flags);
    }

    /** {@code C_GetFunctionStatus}, {@code C_CancelFunction}. */
    public void noParallelFunction(long session) {
        application.session(session);
        throw new CkException(CKR.FUNCTION_NOT_PARALLEL);
    }

    /** {@code C_GetSessionValidationFlags}: these tokens claim no validation. */
    public long validationFlags(long session) {
        application.session(session);
        return 0;
    }

    /** {@code C_GetOperationState}: of digests. */
    public void operationState(long session, Output out) {
        Session here = application.session(session);
        if (here.hasUnsaveable()) {
            throw new CkException(CKR.STATE_UNSAVEABLE);
        }
        DigestOperation digest = here.digest().current();
        if (out.wants(SavedStates.length())) {
            out.put(application.savedStates().save(digest));
        }
    }

    /** {@code C_SetOperationState}. */
    public void restoreOperation(long session, byte[] state, long encryptionKey, long authenticationKey) {
        Session here = application.session(session);
        DigestOperation saved = application.savedStates().restore(state);
        if (encryptionKey != CKF.INVALID_HANDLE || authenticationKey != CKF.INVALID_HANDLE) {
            throw new CkException(CKR.KEY_NOT_NEEDED);
        }
        here.cancel(~CKF.FIND_OBJECTS);
        here.digest().begin(saved);
    }
}
