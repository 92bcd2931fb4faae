/* Everything a host sees: the C_ functions, the function lists and the interfaces. */
#include <string.h>

#include "call.h"
#include "door.h"
#include "table.h"

#define RP_EXPORT __attribute__((visibility("default")))

typedef void (*rp_function)(void);

RP_EXPORT CK_RV C_Initialize(void *arguments);
RP_EXPORT CK_RV C_Finalize(void *reserved);
RP_EXPORT CK_RV C_GetFunctionList(void **list);
RP_EXPORT CK_RV C_GetInterfaceList(CK_INTERFACE *interfaces, CK_ULONG *count);
RP_EXPORT CK_RV C_GetInterface(const char *name, const CK_VERSION *version, CK_INTERFACE **found, CK_ULONG flags);

#include "exports.inc"

static char standard[] = "PKCS 11";

/* Newest first. Sessions and logins do not outlive a fork, so the fork-safe flag is not set. */
static CK_INTERFACE interfaces_offered[] = {
    {standard, (void *)&list_3_2, 0},
    {standard, (void *)&list_3_0, 0},
    {standard, (void *)&list_2_40, 0},
};

#define INTERFACES (sizeof interfaces_offered / sizeof *interfaces_offered)

static CK_RV check_arguments(const CK_C_INITIALIZE_ARGS *arguments) {
    if (arguments == NULL) {
        return CKR_OK;
    }
    int functions = (arguments->CreateMutex != NULL) + (arguments->DestroyMutex != NULL)
                    + (arguments->LockMutex != NULL) + (arguments->UnlockMutex != NULL);
    if (arguments->pReserved != NULL || (functions != 0 && functions != 4)) {
        return CKR_ARGUMENTS_BAD;
    }
    /* We lock by the system's means alone. */
    return functions == 4 && (arguments->flags & CKF_OS_LOCKING_OK) == 0 ? CKR_CANT_LOCK : CKR_OK;
}

CK_RV C_Initialize(void *arguments) {
    CK_RV rv = check_arguments(arguments);
    return rv == CKR_OK ? rp_door_start() : rv;
}

CK_RV C_Finalize(void *reserved) {
    return reserved == NULL ? rp_door_stop() : CKR_ARGUMENTS_BAD;
}

CK_RV C_GetFunctionList(void **list) {
    if (list == NULL) {
        return CKR_ARGUMENTS_BAD;
    }
    *list = (void *)&list_2_40;
    return CKR_OK;
}

CK_RV C_GetInterfaceList(CK_INTERFACE *interfaces, CK_ULONG *count) {
    if (count == NULL) {
        return CKR_ARGUMENTS_BAD;
    }
    CK_ULONG room = *count;
    *count = INTERFACES;
    if (interfaces == NULL) {
        return CKR_OK;
    }
    if (room < INTERFACES) {
        return CKR_BUFFER_TOO_SMALL;
    }
    memcpy(interfaces, interfaces_offered, sizeof interfaces_offered);
    return CKR_OK;
}

CK_RV C_GetInterface(const char *name, const CK_VERSION *version, CK_INTERFACE **found, CK_ULONG flags) {
    if (found == NULL) {
        return CKR_ARGUMENTS_BAD;
    }
    for (size_t i = 0; i < INTERFACES; i++) {
        CK_INTERFACE *offered = &interfaces_offered[i];
        const CK_VERSION *has = offered->pFunctionList;
        if ((name == NULL || strcmp(name, standard) == 0)
            && (version == NULL || (version->major == has->major && version->minor == has->minor))
            && (flags & ~offered->flags) == 0) {
            *found = offered;
            return CKR_OK;
        }
    }
    return CKR_FUNCTION_FAILED;
}
