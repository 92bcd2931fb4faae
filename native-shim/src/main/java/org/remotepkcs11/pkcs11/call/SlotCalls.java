package org.remotepkcs11.pkcs11.call;

import org.remotepkcs11.pkcs11.application.SlotFunctions;
import org.remotepkcs11.pkcs11.cryptoki.MechanismInfo;
import org.remotepkcs11.pkcs11.cryptoki.SlotInfo;
import org.remotepkcs11.pkcs11.cryptoki.TokenInfo;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;

/** General purpose, slots and tokens. */
final class SlotCalls {
    private static final String MANUFACTURER = "RemotePKCS11";
    private static final String DESCRIPTION = "Remote smart cards";
    private static final Answer.Version CRYPTOKI = new Answer.Version(3, 2);
    private static final Answer.Version LIBRARY = new Answer.Version(0, 1);
    private static final Answer.Version NO_VERSION = new Answer.Version(0, 0);
    private static final long NO_LIMIT = 0;
    private static final long UNAVAILABLE = -1;

    private SlotCalls() {
    }

    static void bind(Calls calls, SlotFunctions slots) {
        calls.on("C_GetInfo", in -> Answer.ok().structure("info", CRYPTOKI, MANUFACTURER, 0L, DESCRIPTION, LIBRARY));
        calls.on("C_GetSlotList", in -> Answer.filling("slots", in.room("slots"),
                slots.list(in.bool("tokenPresent"), in.room("slots").lengthOnly())));
        calls.on("C_GetSlotInfo", in -> slotInfo(slots.info(slot(in))));
        calls.on("C_GetTokenInfo", in -> tokenInfo(slots.tokenInfo(slot(in))));
        calls.on("C_GetMechanismList",
                in -> Answer.filling("mechanisms", in.room("mechanisms"), slots.mechanisms(slot(in))));
        calls.on("C_GetMechanismInfo", in -> mechanismInfo(slots.mechanismInfo(slot(in), in.ulong("type"))));
        calls.perform("C_InitToken", in -> slots.initToken(slot(in)));
        calls.on("C_WaitForSlotEvent", in -> Answer.ok().ulong("slot", slots.waitForEvent(in.ulong("flags"))));
    }

    private static long slot(Arguments in) {
        return in.ulong("slot");
    }

    private static Answer slotInfo(SlotInfo info) {
        return Answer.ok().structure("info", info.description(), info.manufacturer(), info.flags(), NO_VERSION,
                NO_VERSION);
    }

    private static Answer tokenInfo(TokenInfo info) {
        return Answer.ok().structure("info", info.label(), info.manufacturer(), info.model(), info.serialNumber(),
                info.flags(), NO_LIMIT, info.sessions(), NO_LIMIT, info.rwSessions(), info.maxPinLength(),
                info.minPinLength(), UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, NO_VERSION, NO_VERSION, "");
    }

    private static Answer mechanismInfo(MechanismInfo info) {
        return Answer.ok().structure("info", info.minKeySize(), info.maxKeySize(), info.flags());
    }
}
