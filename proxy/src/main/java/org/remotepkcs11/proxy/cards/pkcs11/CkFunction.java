package org.remotepkcs11.proxy.cards.pkcs11;

/** Places in {@code CK_FUNCTION_LIST}, PKCS #11 v2.40 section 4.6. */
enum CkFunction {
    C_INITIALIZE("C_Initialize", 0), C_FINALIZE("C_Finalize", 1), C_GET_SLOT_LIST("C_GetSlotList", 4),
    C_GET_SLOT_INFO("C_GetSlotInfo", 5), C_GET_TOKEN_INFO("C_GetTokenInfo", 6),
    C_GET_MECHANISM_LIST("C_GetMechanismList", 7),
    C_OPEN_SESSION("C_OpenSession", 12), C_CLOSE_SESSION("C_CloseSession", 13), C_LOGIN("C_Login", 18),
    C_LOGOUT("C_Logout", 19), C_DESTROY_OBJECT("C_DestroyObject", 22),
    C_GET_ATTRIBUTE_VALUE("C_GetAttributeValue", 24), C_FIND_OBJECTS_INIT("C_FindObjectsInit", 26),
    C_FIND_OBJECTS("C_FindObjects", 27), C_FIND_OBJECTS_FINAL("C_FindObjectsFinal", 28),
    C_DECRYPT_INIT("C_DecryptInit", 33), C_DECRYPT("C_Decrypt", 34), C_SIGN_INIT("C_SignInit", 42),
    C_SIGN("C_Sign", 43), C_GENERATE_KEY("C_GenerateKey", 58), C_DERIVE_KEY("C_DeriveKey", 62),
    C_WAIT_FOR_SLOT_EVENT("C_WaitForSlotEvent", 67);

    private final String standardName;
    private final int index;

    CkFunction(String standardName, int index) {
        this.standardName = standardName;
        this.index = index;
    }

    int index() {
        return index;
    }

    @Override
    public String toString() {
        return standardName;
    }
}
