package org.remotepkcs11.pkcs11.application;

import java.util.List;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.SessionInfo;

/** A session of an application with a token: at most one running operation of each kind. */
final class Session {
    private final long handle;
    private final AttachedToken token;
    private final boolean readWrite;
    private final Running<Search> search = new Running<>();
    private final Running<CipherOperation> encryption = new Running<>();
    private final Running<CipherOperation> decryption = new Running<>();
    private final Running<DigestOperation> digest = new Running<>();
    private final Running<SignOperation> signature = new Running<>();
    private final Running<SignOperation> recoverableSignature = new Running<>();
    private final Running<VerifyOperation> verification = new Running<>();
    private final Running<RecoverOperation> recovery = new Running<>();
    private final MessageOperations messages = new MessageOperations();
    private volatile boolean closed;

    Session(long handle, AttachedToken token, boolean readWrite) {
        this.handle = handle;
        this.token = token;
        this.readWrite = readWrite;
    }

    long handle() {
        return handle;
    }

    AttachedToken token() {
        return token;
    }

    boolean isReadWrite() {
        return readWrite;
    }

    /** @throws CkException {@code CKR_SESSION_READ_ONLY} */
    void requireReadWrite() {
        if (!readWrite) {
            throw new CkException(CKR.SESSION_READ_ONLY);
        }
    }

    SessionInfo info() {
        boolean user = token.login().isLoggedIn();
        long state = readWrite ? user ? CKF.STATE_RW_USER : CKF.STATE_RW_PUBLIC
                : user ? CKF.STATE_RO_USER : CKF.STATE_RO_PUBLIC;
        return new SessionInfo(token.slot(), state, CKF.SERIAL_SESSION | (readWrite ? CKF.RW_SESSION : 0), 0);
    }

    Running<Search> search() {
        return search;
    }

    Running<CipherOperation> encryption() {
        return encryption;
    }

    Running<CipherOperation> decryption() {
        return decryption;
    }

    Running<DigestOperation> digest() {
        return digest;
    }

    Running<SignOperation> signature() {
        return signature;
    }

    Running<SignOperation> recoverableSignature() {
        return recoverableSignature;
    }

    Running<VerifyOperation> verification() {
        return verification;
    }

    Running<RecoverOperation> recovery() {
        return recovery;
    }

    MessageOperations messages() {
        return messages;
    }

    /** Of the operation that waits for its own. @throws CkException {@code CKR_OPERATION_NOT_INITIALIZED} */
    ContextLogin awaitingLogin() {
        for (Running<? extends PrivateOperation> running : List.of(signature, recoverableSignature, decryption,
                messages.signature())) {
            if (running.isActive() && running.current().contextLogin().isPresent()) {
                return running.current().contextLogin().get();
            }
        }
        throw new CkException(CKR.OPERATION_NOT_INITIALIZED, "no operation waits for its own login");
    }

    /** {@code C_SessionCancel}: what is not running cannot fail to be cancelled. @param flags as of mechanisms */
    void cancel(long flags) {
        cancel(flags, CKF.FIND_OBJECTS, search);
        cancel(flags, CKF.ENCRYPT, encryption);
        cancel(flags, CKF.DECRYPT, decryption);
        cancel(flags, CKF.DIGEST, digest);
        cancel(flags, CKF.SIGN, signature);
        cancel(flags, CKF.SIGN_RECOVER, recoverableSignature);
        cancel(flags, CKF.VERIFY, verification);
        cancel(flags, CKF.VERIFY_RECOVER, recovery);
        cancel(flags, CKF.MESSAGE_ENCRYPT, messages.encryption());
        cancel(flags, CKF.MESSAGE_DECRYPT, messages.decryption());
        cancel(flags, CKF.MESSAGE_SIGN, messages.signature());
        cancel(flags, CKF.MESSAGE_VERIFY, messages.verification());
    }

    private static void cancel(long flags, long flag, Running<?> running) {
        if ((flags & flag) != 0) {
            running.cancel();
        }
    }

    /** Whether an operation runs whose state cannot be saved. */
    boolean hasUnsaveable() {
        return List.of(encryption, decryption, signature, recoverableSignature, verification, recovery).stream()
                .anyMatch(Running::isActive);
    }

    boolean isClosed() {
        return closed;
    }

    /** Its operations are gone. */
    void close() {
        closed = true;
        cancel(~0L);
    }
}
