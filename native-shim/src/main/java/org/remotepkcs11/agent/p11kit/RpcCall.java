package org.remotepkcs11.agent.p11kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.pkcs11.table.Argument;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Kind;
import org.remotepkcs11.pkcs11.table.Structure;

/**
 * A call as p11-kit numbers it, with the signatures that both ends compare.
 *
 * @param number   on the wire
 * @param function of the table; empty for C_Initialize and C_Finalize
 * @param request  letters of what is read
 * @param response letters of what is written
 */
record RpcCall(int number, Optional<Function> function, String request, String response) {
    static final int ERROR = 0;
    static final int INITIALIZE = 1;
    static final int FINALIZE = 2;

    /** p11-kit's own order, from number 3 on. */
    private static final List<String> ORDER = List.of("C_GetInfo", "C_GetSlotList", "C_GetSlotInfo", "C_GetTokenInfo",
            "C_GetMechanismList", "C_GetMechanismInfo", "C_InitToken", "C_OpenSession", "C_CloseSession",
            "C_CloseAllSessions", "C_GetSessionInfo", "C_InitPIN", "C_SetPIN", "C_GetOperationState",
            "C_SetOperationState", "C_Login", "C_Logout", "C_CreateObject", "C_CopyObject", "C_DestroyObject",
            "C_GetObjectSize", "C_GetAttributeValue", "C_SetAttributeValue", "C_FindObjectsInit", "C_FindObjects",
            "C_FindObjectsFinal", "C_EncryptInit", "C_Encrypt", "C_EncryptUpdate", "C_EncryptFinal", "C_DecryptInit",
            "C_Decrypt", "C_DecryptUpdate", "C_DecryptFinal", "C_DigestInit", "C_Digest", "C_DigestUpdate",
            "C_DigestKey", "C_DigestFinal", "C_SignInit", "C_Sign", "C_SignUpdate", "C_SignFinal", "C_SignRecoverInit",
            "C_SignRecover", "C_VerifyInit", "C_Verify", "C_VerifyUpdate", "C_VerifyFinal", "C_VerifyRecoverInit",
            "C_VerifyRecover", "C_DigestEncryptUpdate", "C_DecryptDigestUpdate", "C_SignEncryptUpdate",
            "C_DecryptVerifyUpdate", "C_GenerateKey", "C_GenerateKeyPair", "C_WrapKey", "C_UnwrapKey", "C_DeriveKey",
            "C_SeedRandom", "C_GenerateRandom", "C_WaitForSlotEvent");
    private static final List<RpcCall> CALLS = calls();

    private static List<RpcCall> calls() {
        List<RpcCall> calls = new ArrayList<>(List.of(new RpcCall(ERROR, Optional.empty(), "", "u"),
                new RpcCall(INITIALIZE, Optional.empty(), "ayyay", ""), new RpcCall(FINALIZE, Optional.empty(), "", "")));
        for (String name : ORDER) {
            Function function = FunctionTable.standard().byName(name);
            StringBuilder request = new StringBuilder();
            StringBuilder response = new StringBuilder();
            function.arguments().forEach(argument -> {
                request.append(read(argument));
                response.append(written(argument));
            });
            calls.add(new RpcCall(calls.size(), Optional.of(function), request.toString(), response.toString()));
        }
        return List.copyOf(calls);
    }

    /** Empty for a number of a later protocol, or of none. */
    static Optional<RpcCall> of(long number) {
        return number > ERROR && number < CALLS.size() ? Optional.of(CALLS.get((int) number)) : Optional.empty();
    }

    private static String read(Argument argument) {
        return switch (argument.kind()) {
            case ULONG -> "u";
            case BOOL -> "y";
            case BYTES, PIN, OPTIONAL -> "ay";
            case LABEL -> "z";
            case MECHANISM -> "M";
            case TEMPLATE -> "aA";
            case QUERY -> "fA";
            case OUT_BYTES, OUT_OPTIONAL, OUT_FILL -> "fy";
            case OUT_ULONGS, OUT_FOUND -> "fu";
            case MESSAGE, NULL, IGNORED, HOST, OUT_ULONG, OUT_STRUCTURE -> "";
        };
    }

    private static String written(Argument argument) {
        return switch (argument.kind()) {
            case OUT_ULONG -> "u";
            case OUT_BYTES, OUT_OPTIONAL, OUT_FILL -> "ay";
            case OUT_ULONGS, OUT_FOUND -> "au";
            case QUERY -> "aAu";
            case OUT_STRUCTURE -> letters(argument.structure().orElseThrow());
            default -> "";
        };
    }

    private static String letters(Structure structure) {
        StringBuilder letters = new StringBuilder();
        structure.fields().forEach(field -> letters.append(switch (field.kind()) {
            case VERSION -> 'v';
            case TEXT -> 's';
            default -> 'u';
        }));
        return letters.toString();
    }

    /** C_…Init with NULL instead of a mechanism ends an operation; elsewhere 0 is a mechanism. */
    boolean mayCancel() {
        return function.filter(f -> f.name().endsWith("Init")
                && f.arguments().stream().anyMatch(a -> a.kind() == Kind.MECHANISM)).isPresent();
    }
}
