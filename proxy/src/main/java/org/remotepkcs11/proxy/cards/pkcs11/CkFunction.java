package org.remotepkcs11.proxy.cards.pkcs11;

/** Places in {@code CK_FUNCTION_LIST}, PKCS #11 v2.40 section 4.6. */
enum CkFunction {
    C_INITIALIZE(0), C_FINALIZE(1), C_GET_SLOT_LIST(4), C_GET_TOKEN_INFO(6), C_GET_MECHANISM_LIST(7),
    C_OPEN_SESSION(12), C_CLOSE_SESSION(13), C_LOGIN(18), C_LOGOUT(19), C_DESTROY_OBJECT(22),
    C_GET_ATTRIBUTE_VALUE(24), C_FIND_OBJECTS_INIT(26), C_FIND_OBJECTS(27), C_FIND_OBJECTS_FINAL(28),
    C_DECRYPT_INIT(33), C_DECRYPT(34), C_SIGN_INIT(42), C_SIGN(43), C_DERIVE_KEY(62);

    private final int index;

    CkFunction(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }
}
