package org.remotepkcs11.pkcs11.call;

import static org.remotepkcs11.pkcs11.call.Calls.session;

import org.remotepkcs11.pkcs11.application.SessionFunctions;
import org.remotepkcs11.pkcs11.cryptoki.SessionInfo;
import org.remotepkcs11.pkcs11.table.Answer;

/** Sessions, logins and PINs. */
final class SessionCalls {
    private SessionCalls() {
    }

    static void bind(Calls calls, SessionFunctions sessions) {
        calls.on("C_OpenSession",
                in -> Answer.ok().ulong("session", sessions.open(in.ulong("slot"), in.ulong("flags"))));
        calls.perform("C_CloseSession", in -> sessions.close(session(in)));
        calls.perform("C_CloseAllSessions", in -> sessions.closeAll(in.ulong("slot")));
        calls.on("C_GetSessionInfo", in -> info(sessions.info(session(in))));
        calls.fill("C_GetOperationState", "state", (in, out) -> sessions.operationState(session(in), out));
        calls.perform("C_SetOperationState", in -> sessions.restoreOperation(session(in), in.bytes("state"),
                in.ulong("encryptionKey"), in.ulong("authenticationKey")));
        calls.perform("C_Login", in -> sessions.login(session(in), in.ulong("userType"), in.pin("pin")));
        calls.perform("C_LoginUser", in -> sessions.loginUser(session(in), in.ulong("userType"), in.pin("pin"),
                in.bytes("userName")));
        calls.perform("C_Logout", in -> sessions.logout(session(in)));
        calls.perform("C_InitPIN", in -> sessions.initPin(session(in)));
        calls.perform("C_SetPIN", in -> sessions.setPin(session(in), in.pin("oldPin"), in.pin("newPin")));
        calls.perform("C_SessionCancel", in -> sessions.cancel(session(in), in.ulong("flags")));
        calls.perform("C_GetFunctionStatus", in -> sessions.noParallelFunction(session(in)));
        calls.perform("C_CancelFunction", in -> sessions.noParallelFunction(session(in)));
        calls.on("C_GetSessionValidationFlags",
                in -> Answer.ok().ulong("flags", sessions.validationFlags(session(in))));
    }

    private static Answer info(SessionInfo info) {
        return Answer.ok().structure("info", info.slot(), info.state(), info.flags(), info.deviceError());
    }
}
