package org.remotepkcs11.pkcs11.call;

import static org.remotepkcs11.pkcs11.call.Calls.mechanism;
import static org.remotepkcs11.pkcs11.call.Calls.session;

import org.remotepkcs11.pkcs11.application.SignatureFunctions;

/** Signatures and MACs. */
final class SignatureCalls {
    private SignatureCalls() {
    }

    static void bind(Calls calls, SignatureFunctions signatures) {
        bindSigning(calls, signatures);
        bindVerifying(calls, signatures);
        calls.perform("C_VerifySignatureInit", in -> signatures.verifySignatureInit(session(in), mechanism(in),
                in.ulong("key"), in.bytes("signature")));
        calls.perform("C_VerifySignature", in -> signatures.verifySignature(session(in), in.bytes("data")));
        calls.perform("C_VerifySignatureUpdate", in -> signatures.verifyUpdate(session(in), in.bytes("part")));
        calls.perform("C_VerifySignatureFinal", in -> signatures.verifySignatureFinal(session(in)));
    }

    private static void bindSigning(Calls calls, SignatureFunctions signatures) {
        calls.perform("C_SignInit", in -> signatures.signInit(session(in), mechanism(in), in.ulong("key")));
        calls.fill("C_Sign", "signature", (in, out) -> signatures.sign(session(in), in.bytes("data"), out));
        calls.perform("C_SignUpdate", in -> signatures.signUpdate(session(in), in.bytes("part")));
        calls.fill("C_SignFinal", "signature", (in, out) -> signatures.signFinal(session(in), out));
        calls.perform("C_SignRecoverInit",
                in -> signatures.signRecoverInit(session(in), mechanism(in), in.ulong("key")));
        calls.fill("C_SignRecover", "signature",
                (in, out) -> signatures.signRecover(session(in), in.bytes("data"), out));
    }

    private static void bindVerifying(Calls calls, SignatureFunctions signatures) {
        calls.perform("C_VerifyInit", in -> signatures.verifyInit(session(in), mechanism(in), in.ulong("key")));
        calls.perform("C_Verify",
                in -> signatures.verify(session(in), in.bytes("data"), in.bytes("signature")));
        calls.perform("C_VerifyUpdate", in -> signatures.verifyUpdate(session(in), in.bytes("part")));
        calls.perform("C_VerifyFinal", in -> signatures.verifyFinal(session(in), in.bytes("signature")));
        calls.perform("C_VerifyRecoverInit",
                in -> signatures.verifyRecoverInit(session(in), mechanism(in), in.ulong("key")));
        calls.fill("C_VerifyRecover", "data",
                (in, out) -> signatures.verifyRecover(session(in), in.bytes("signature"), out));
    }
}
