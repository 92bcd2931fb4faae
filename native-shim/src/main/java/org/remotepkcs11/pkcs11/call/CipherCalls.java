package org.remotepkcs11.pkcs11.call;

import static org.remotepkcs11.pkcs11.call.Calls.mechanism;
import static org.remotepkcs11.pkcs11.call.Calls.session;

import org.remotepkcs11.pkcs11.application.CipherFunctions;
import org.remotepkcs11.pkcs11.application.DigestFunctions;
import org.remotepkcs11.pkcs11.table.Answer;

/** Encryption, decryption, digests, the dual functions and random numbers. */
final class CipherCalls {
    private CipherCalls() {
    }

    static void bind(Calls calls, CipherFunctions ciphers, DigestFunctions digests) {
        bindCiphers(calls, ciphers);
        bindDigests(calls, digests);
        calls.fill("C_DigestEncryptUpdate", "encryptedPart",
                (in, out) -> ciphers.digestEncryptUpdate(session(in), in.bytes("part"), out));
        calls.fill("C_DecryptDigestUpdate", "part",
                (in, out) -> ciphers.decryptDigestUpdate(session(in), in.bytes("encryptedPart"), out));
        calls.fill("C_SignEncryptUpdate", "encryptedPart",
                (in, out) -> ciphers.signEncryptUpdate(session(in), in.bytes("part"), out));
        calls.fill("C_DecryptVerifyUpdate", "part",
                (in, out) -> ciphers.decryptVerifyUpdate(session(in), in.bytes("encryptedPart"), out));
    }

    private static void bindCiphers(Calls calls, CipherFunctions ciphers) {
        calls.perform("C_EncryptInit", in -> ciphers.encryptInit(session(in), mechanism(in), in.ulong("key")));
        calls.fill("C_Encrypt", "encryptedData",
                (in, out) -> ciphers.encrypt(session(in), in.bytes("data"), out));
        calls.fill("C_EncryptUpdate", "encryptedPart",
                (in, out) -> ciphers.encryptUpdate(session(in), in.bytes("part"), out));
        calls.fill("C_EncryptFinal", "lastEncryptedPart", (in, out) -> ciphers.encryptFinal(session(in), out));
        calls.perform("C_DecryptInit", in -> ciphers.decryptInit(session(in), mechanism(in), in.ulong("key")));
        calls.fill("C_Decrypt", "data",
                (in, out) -> ciphers.decrypt(session(in), in.bytes("encryptedData"), out));
        calls.fill("C_DecryptUpdate", "part",
                (in, out) -> ciphers.decryptUpdate(session(in), in.bytes("encryptedPart"), out));
        calls.fill("C_DecryptFinal", "lastPart", (in, out) -> ciphers.decryptFinal(session(in), out));
    }

    private static void bindDigests(Calls calls, DigestFunctions digests) {
        calls.perform("C_DigestInit", in -> digests.init(session(in), mechanism(in)));
        calls.fill("C_Digest", "digest", (in, out) -> digests.digest(session(in), in.bytes("data"), out));
        calls.perform("C_DigestUpdate", in -> digests.update(session(in), in.bytes("part")));
        calls.perform("C_DigestKey", in -> digests.key(session(in), in.ulong("key")));
        calls.fill("C_DigestFinal", "digest", (in, out) -> digests.finish(session(in), out));
        calls.perform("C_SeedRandom", in -> digests.seed(session(in), in.bytes("seed")));
        calls.on("C_GenerateRandom", in -> Answer.ok().bytes("randomData",
                digests.random(session(in), in.room("randomData").capacity())));
    }
}
