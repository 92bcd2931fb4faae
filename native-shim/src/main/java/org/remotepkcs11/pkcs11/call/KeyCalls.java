package org.remotepkcs11.pkcs11.call;

import static org.remotepkcs11.pkcs11.call.Calls.requiredMechanism;
import static org.remotepkcs11.pkcs11.call.Calls.session;
import static org.remotepkcs11.pkcs11.call.Calls.template;

import org.remotepkcs11.pkcs11.application.KeyFunctions;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;

/** Keys. */
final class KeyCalls {
    private KeyCalls() {
    }

    static void bind(Calls calls, KeyFunctions keys) {
        calls.on("C_GenerateKey", in -> key(
                keys.generate(session(in), requiredMechanism(in), template(in, "template"))));
        calls.on("C_GenerateKeyPair", in -> {
            KeyFunctions.Pair pair = keys.generatePair(session(in), requiredMechanism(in),
                    template(in, "publicTemplate"), template(in, "privateTemplate"));
            return Answer.ok().ulong("publicKey", pair.publicKey()).ulong("privateKey", pair.privateKey());
        });
        calls.fill("C_WrapKey", "wrappedKey", (in, out) -> keys.wrap(session(in), requiredMechanism(in),
                in.ulong("wrappingKey"), in.ulong("key"), out));
        calls.on("C_UnwrapKey", in -> key(keys.unwrap(session(in), requiredMechanism(in),
                in.ulong("unwrappingKey"), in.bytes("wrappedKey"), template(in, "template"))));
        calls.on("C_DeriveKey", in -> key(keys.derive(session(in), requiredMechanism(in), in.ulong("baseKey"),
                template(in, "template"))));
        calls.on("C_EncapsulateKey", in -> encapsulated(keys, in));
        calls.on("C_DecapsulateKey", in -> key(keys.decapsulate(session(in), requiredMechanism(in),
                in.ulong("privateKey"), in.bytes("ciphertext"), template(in, "template"))));
    }

    private static Answer key(long handle) {
        return Answer.ok().ulong("key", handle);
    }

    private static Answer encapsulated(KeyFunctions keys, Arguments in) {
        long[] made = {CKF.INVALID_HANDLE};
        Answer answer = Calls.sized(in, "ciphertext", (Output out) -> made[0] = keys.encapsulate(session(in),
                requiredMechanism(in), in.ulong("publicKey"), template(in, "template"), out));
        return made[0] == CKF.INVALID_HANDLE ? answer : answer.ulong("key", made[0]);
    }
}
