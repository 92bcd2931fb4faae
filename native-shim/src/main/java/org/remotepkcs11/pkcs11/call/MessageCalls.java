package org.remotepkcs11.pkcs11.call;

import static org.remotepkcs11.pkcs11.call.Calls.mechanism;
import static org.remotepkcs11.pkcs11.call.Calls.session;

import org.remotepkcs11.pkcs11.application.MessageFunctions;
import org.remotepkcs11.pkcs11.application.MessagePart;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter;
import org.remotepkcs11.pkcs11.cryptoki.MessageParameter.Generator;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Message;

/** Message-based operations. */
final class MessageCalls {
    private static final String PARAMETER = "parameter";

    private interface Step {
        void take(long session, MessageParameter parameter, MessagePart part);
    }

    private MessageCalls() {
    }

    static void bind(Calls calls, MessageFunctions messages) {
        bindCiphers(calls, messages);
        bindSigning(calls, messages);
        bindVerifying(calls, messages);
    }

    private static void bindCiphers(Calls calls, MessageFunctions messages) {
        calls.perform("C_MessageEncryptInit", in -> messages.encryptInit(session(in), mechanism(in), in.ulong("key")));
        step(calls, "C_EncryptMessage", new String[] {"plaintext", "ciphertext"}, in ->
                (session, parameter, part) -> messages.encrypt(session, parameter, in.bytes("associatedData"), part));
        begin(calls, "C_EncryptMessageBegin", in ->
                (session, parameter, part) -> messages.encryptBegin(session, parameter, in.bytes("associatedData")));
        step(calls, "C_EncryptMessageNext", new String[] {"plaintextPart", "ciphertextPart"}, in ->
                (session, parameter, part) -> messages.encryptNext(session, parameter, part, in.ulong("flags")));
        calls.perform("C_MessageEncryptFinal", in -> messages.encryptFinal(session(in)));
        calls.perform("C_MessageDecryptInit", in -> messages.decryptInit(session(in), mechanism(in), in.ulong("key")));
        step(calls, "C_DecryptMessage", new String[] {"ciphertext", "plaintext"}, in ->
                (session, parameter, part) -> messages.decrypt(session, parameter, in.bytes("associatedData"), part));
        begin(calls, "C_DecryptMessageBegin", in ->
                (session, parameter, part) -> messages.decryptBegin(session, parameter, in.bytes("associatedData")));
        step(calls, "C_DecryptMessageNext", new String[] {"ciphertextPart", "plaintextPart"}, in ->
                (session, parameter, part) -> messages.decryptNext(session, parameter, part, in.ulong("flags")));
        calls.perform("C_MessageDecryptFinal", in -> messages.decryptFinal(session(in)));
    }

    private static void bindSigning(Calls calls, MessageFunctions messages) {
        calls.perform("C_MessageSignInit", in -> messages.signInit(session(in), mechanism(in), in.ulong("key")));
        calls.fill("C_SignMessage", "signature",
                (in, out) -> messages.sign(session(in), in.bytes(PARAMETER), in.bytes("data"), out));
        calls.perform("C_SignMessageBegin", in -> messages.signBegin(session(in), in.bytes(PARAMETER)));
        calls.on("C_SignMessageNext", in -> Calls.sizedIfWanted(in, "signature",
                out -> messages.signNext(session(in), in.bytes(PARAMETER), in.bytes("data"), out)));
        calls.perform("C_MessageSignFinal", in -> messages.signFinal(session(in)));
    }

    private static void bindVerifying(Calls calls, MessageFunctions messages) {
        calls.perform("C_MessageVerifyInit", in -> messages.verifyInit(session(in), mechanism(in), in.ulong("key")));
        calls.perform("C_VerifyMessage", in -> messages.verify(session(in), in.bytes(PARAMETER), in.bytes("data"),
                in.bytes("signature")));
        calls.perform("C_VerifyMessageBegin", in -> messages.verifyBegin(session(in), in.bytes(PARAMETER)));
        calls.perform("C_VerifyMessageNext", in -> messages.verifyNext(session(in), in.bytes(PARAMETER),
                in.bytes("data"), in.optional("signature")));
        calls.perform("C_MessageVerifyFinal", in -> messages.verifyFinal(session(in)));
    }

    private interface Asked {
        Step of(Arguments in);
    }

    /** @param data names of the input and of the output */
    private static void step(Calls calls, String function, String[] data, Asked asked) {
        calls.on(function, in -> {
            MessageParameter parameter = parameter(in);
            Answer answer = Calls.sized(in, data[1], out -> asked.of(in).take(session(in), parameter,
                    new MessagePart(in.bytes(data[0]), out)));
            return writtenBack(answer, parameter);
        });
    }

    private static void begin(Calls calls, String function, Asked asked) {
        calls.on(function, in -> {
            MessageParameter parameter = parameter(in);
            asked.of(in).take(session(in), parameter, new MessagePart(new byte[0], Output.forLength()));
            return writtenBack(Answer.ok(), parameter);
        });
    }

    private static Answer writtenBack(Answer answer, MessageParameter parameter) {
        return answer.message(PARAMETER, parameter.nonce(), parameter.tag());
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    private static MessageParameter parameter(Arguments in) {
        Message message = in.message(PARAMETER).orElseThrow(() -> new CkException(CKR.ARGUMENTS_BAD));
        return switch (message.structure().name()) {
            case "CK_GCM_MESSAGE_PARAMS" -> generated(message, 0);
            case "CK_CCM_MESSAGE_PARAMS" -> generated(message, message.ulong("dataLength"));
            default -> new MessageParameter(Generator.NONE, 0, message.bytes("nonce"), message.bytes("tag"), 0);
        };
    }

    private static MessageParameter generated(Message message, long dataLength) {
        long generator = message.ulong("generator");
        long fixedBits = message.ulong("fixedBits");
        if (generator < 0 || generator >= Generator.values().length || fixedBits < 0 || fixedBits > Integer.MAX_VALUE) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID);
        }
        return new MessageParameter(Generator.values()[(int) generator], (int) fixedBits, message.bytes("nonce"),
                message.bytes("tag"), dataLength);
    }
}
