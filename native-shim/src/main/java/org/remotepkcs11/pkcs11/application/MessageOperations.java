package org.remotepkcs11.pkcs11.application;

/** The running message-based operations of a session. */
final class MessageOperations {
    private final Running<MessageCipher> encryption = new Running<>();
    private final Running<MessageCipher> decryption = new Running<>();
    private final Running<MessageSigning> signature = new Running<>();
    private final Running<MessageVerifying> verification = new Running<>();

    Running<MessageCipher> encryption() {
        return encryption;
    }

    Running<MessageCipher> decryption() {
        return decryption;
    }

    Running<MessageSigning> signature() {
        return signature;
    }

    Running<MessageVerifying> verification() {
        return verification;
    }
}
