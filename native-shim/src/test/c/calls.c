/* What single calls do to the host's memory. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

static void info_is_written_where_c_expects_it(void) {
    CK_INFO info;
    memset(&info, 0x55, sizeof info);
    EXPECT(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
    OK(p11->C_Initialize(NULL));
    OK(p11->C_GetInfo(&info));
    TRUE_THAT(info.cryptokiVersion.major == 3 && info.cryptokiVersion.minor == 2);
    TRUE_THAT(memcmp(info.manufacturerID, "Toy maker                       ", 32) == 0);
    TRUE_THAT(memcmp(info.libraryDescription, "Toy \xC3\xBC                          ", 32) == 0);
    TRUE_THAT(info.flags == 0 && info.libraryVersion.major == 1 && info.libraryVersion.minor == 7);
    EXPECT(p11->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
}

static void initialisation_judges_its_arguments(void) {
    CK_C_INITIALIZE_ARGS arguments = {0};
    arguments.CreateMutex = (CK_CREATEMUTEX)abort;
    EXPECT(p11->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
    arguments.DestroyMutex = arguments.LockMutex = arguments.UnlockMutex = (CK_DESTROYMUTEX)abort;
    EXPECT(p11->C_Initialize(&arguments), CKR_CANT_LOCK);
    arguments.flags = CKF_OS_LOCKING_OK;
    OK(p11->C_Initialize(&arguments));
    EXPECT(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    EXPECT(p11->C_Finalize(&arguments), CKR_ARGUMENTS_BAD);
    OK(p11->C_Finalize(NULL));
    EXPECT(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    OK(p11->C_Initialize(NULL));
}

static void small_buffers_lose_nothing(void) {
    CK_BYTE digest[32];
    CK_ULONG length;
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    OK(p11->C_DigestUpdate(session, (CK_BYTE *)"abc", 3));
    OK(p11->C_DigestFinal(session, NULL, &length));
    TRUE_THAT(length == 32);
    length = 31;
    EXPECT(p11->C_DigestFinal(session, digest, &length), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(length == 32);
    OK(p11->C_DigestFinal(session, digest, &length));
    TRUE_THAT(memcmp(digest, "\xba\x78\x16\xbf\x8f\x01\xcf\xea", 8) == 0);
    CK_ULONG count;
    CK_SLOT_ID slot;
    OK(p11->C_GetSlotList(CK_TRUE, NULL, &count));
    TRUE_THAT(count == 1);
    count = 0;
    EXPECT(p11->C_GetSlotList(CK_TRUE, &slot, &count), CKR_BUFFER_TOO_SMALL);
    OK(p11->C_GetSlotList(CK_TRUE, &slot, &count));
    TRUE_THAT(slot == TOY_SLOT && count == 1);
}

static void attributes_come_by_the_standards_rules(void) {
    CK_BYTE label[16], small[2];
    CK_ATTRIBUTE query[] = {{CKA_LABEL, label, sizeof label}, {CKA_LABEL, NULL, 99}, {CKA_LABEL, small, sizeof small},
                            {CKA_VALUE, label, 4}};
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    EXPECT(p11->C_GetAttributeValue(session, 11, query, 4), CKR_ATTRIBUTE_TYPE_INVALID);
    TRUE_THAT(query[0].ulValueLen == 5 && memcmp(label, "label", 5) == 0);
    TRUE_THAT(query[1].ulValueLen == 5 && query[2].ulValueLen == 5);
    TRUE_THAT(query[3].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    CK_OBJECT_HANDLE found[3] = {0};
    CK_ULONG count;
    OK(p11->C_FindObjects(session, found, 3, &count));
    TRUE_THAT(count == 2 && found[0] == 11 && found[1] == 12 && found[2] == 0);
}

static void parameters_with_pointers_are_followed(void) {
    CK_RSA_PKCS_OAEP_PARAMS oaep = {CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, "nineteen bytes long", 19};
    CK_MECHANISM mechanism = {CKM_RSA_PKCS_OAEP, &oaep, sizeof oaep};
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    EXPECT(p11->C_SignInit(session, &mechanism, 1), 19);
    mechanism.ulParameterLen--;
    EXPECT(p11->C_SignInit(session, &mechanism, 1), CKR_MECHANISM_PARAM_INVALID);
    mechanism.ulParameterLen++;
    oaep.pSourceData = NULL;
    EXPECT(p11->C_SignInit(session, &mechanism, 1), CKR_MECHANISM_PARAM_INVALID);
}

static void pins_arrive(void) {
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    OK(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)"1234", 4));
    EXPECT(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)"12345", 5), CKR_PIN_INCORRECT);
}

static void faults_of_the_agent_are_no_success(void) {
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    EXPECT(p11->C_SignUpdate(session, (CK_BYTE *)"x", 1), CKR_GENERAL_ERROR);
    EXPECT(p11->C_GetFunctionStatus(session), CKR_OPERATION_NOT_INITIALIZED);
}

/* 40 MB in pieces of all sizes, as one message. */
static void pieces_of_any_size_make_one_message(void) {
    static const CK_ULONG sizes[] = {1, 0, 7, 4096, 65536, 65535, 3, 200000, 1048576, 20000000, 63};
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session(), other = open_session();
    CK_BYTE *data = calloc(1, 20000000), one[32], another[32];
    CK_ULONG length = 32, total = 0;
    for (int round = 0; round < 22; round++) {
        CK_ULONG size = sizes[round % 11];
        memset(data, round, size);
        OK(p11->C_DigestUpdate(session, data, size));
        OK(p11->C_DigestUpdate(other, data, size / 2));
        OK(p11->C_DigestUpdate(other, data + size / 2, size - size / 2));
        total += size;
    }
    OK(p11->C_DigestFinal(session, one, &length));
    OK(p11->C_DigestFinal(other, another, &length));
    TRUE_THAT(memcmp(one, another, 32) == 0 && total > 40000000);
    EXPECT(p11->C_DigestUpdate(session + 99, data, 1), CKR_SESSION_HANDLE_INVALID);
    EXPECT(p11->C_DigestUpdate(session, NULL, 1), CKR_ARGUMENTS_BAD);
    free(data);
}

static void *digest_often(void *unused) {
    for (int round = 0; round < 50; round++) {
        CK_BYTE digest[32], data[300];
        CK_ULONG length = sizeof digest;
        CK_SESSION_HANDLE session = open_session();
        memset(data, 'a', sizeof data);
        for (int part = 0; part < 20; part++) {
            OK(p11->C_DigestUpdate(session, data, sizeof data));
        }
        OK(p11->C_DigestFinal(session, digest, &length));
        TRUE_THAT(memcmp(digest, "\x15\x54\xd4\xb0\x1d\x51\x1f\x59", 8) == 0);
        OK(p11->C_CloseSession(session));
    }
    return unused;
}

static void a_hundred_threads_call_at_once(void) {
    pthread_t threads[100];
    OK(p11->C_Initialize(NULL));
    for (int i = 0; i < 100; i++) {
        TRUE_THAT(pthread_create(&threads[i], NULL, digest_often, NULL) == 0);
    }
    for (int i = 0; i < 100; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void messages_bring_back_nonce_and_tag(void) {
    CK_RV (*get)(CK_UTF8CHAR *, CK_VERSION *, CK_INTERFACE **, CK_FLAGS);
    *(void **)&get = dlsym(library, "C_GetInterface");
    CK_INTERFACE *found;
    CK_VERSION three = {3, 0};
    OK(get(NULL, &three, &found, 0));
    CK_FUNCTION_LIST_3_0 *list = found->pFunctionList;
    CK_BYTE nonce[13] = {0}, tag[17] = {0}, cipher[5];
    CK_ULONG length = sizeof cipher;
    CK_GCM_MESSAGE_PARAMS gcm = {nonce, 12, 32, CKG_GENERATE_COUNTER, tag, 128};
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    OK(list->C_EncryptMessage(session, &gcm, sizeof gcm, (CK_BYTE *)"aad", 3, (CK_BYTE *)"plain", 5, cipher, &length));
    TRUE_THAT(length == 5 && memcmp(cipher, "plain", 5) == 0);
    TRUE_THAT(nonce[0] == 32 && nonce[11] == 32 && nonce[12] == 0);
    TRUE_THAT(tag[0] == 3 && tag[15] == 3 && tag[16] == 0);
    EXPECT(list->C_EncryptMessageBegin(session, &gcm, 5, NULL, 0), CKR_MECHANISM_PARAM_INVALID);
    OK(list->C_SignMessageNext(session, NULL, 0, (CK_BYTE *)"part", 4, NULL, NULL));
    EXPECT(list->C_SignMessageNext(session, NULL, 0, (CK_BYTE *)"part", 4, NULL, &length), CKR_ARGUMENTS_BAD);
}

const struct scenario calls[] = {
    {"info", info_is_written_where_c_expects_it},
    {"initialize", initialisation_judges_its_arguments},
    {"small-buffers", small_buffers_lose_nothing},
    {"attributes", attributes_come_by_the_standards_rules},
    {"parameters", parameters_with_pointers_are_followed},
    {"messages", messages_bring_back_nonce_and_tag},
    {"pins", pins_arrive},
    {"faults", faults_of_the_agent_are_no_success},
    {"pieces", pieces_of_any_size_make_one_message},
    {"threads", a_hundred_threads_call_at_once},
    {0}};
