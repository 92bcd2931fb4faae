/* digest MODULE ROUNDS: the best rate, in MiB/s, at which MODULE hashes 16 MiB by SHA-256 in updates of 4 KiB. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nss/pkcs11.h>

#define PIECE 4096
#define PIECES 4096

static void must(CK_RV rv, const char *what) {
    if (rv != CKR_OK) {
        fprintf(stderr, "digest: %s: 0x%lx\n", what, rv);
        exit(1);
    }
}

static CK_SESSION_HANDLE open_session(CK_FUNCTION_LIST_PTR module) {
    CK_SLOT_ID slots[64];
    CK_ULONG count = sizeof slots / sizeof *slots;
    CK_SESSION_HANDLE session;
    must(module->C_Initialize(NULL), "C_Initialize");
    must(module->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    must(count > 0 ? CKR_OK : CKR_TOKEN_NOT_PRESENT, "token");
    must(module->C_OpenSession(slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session), "C_OpenSession");
    return session;
}

static double round_seconds(CK_FUNCTION_LIST_PTR module, CK_SESSION_HANDLE session, CK_BYTE_PTR piece) {
    CK_MECHANISM sha256 = {CKM_SHA256, NULL, 0};
    CK_BYTE digest[32];
    CK_ULONG length = sizeof digest;
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    must(module->C_DigestInit(session, &sha256), "C_DigestInit");
    for (int i = 0; i < PIECES; i++) {
        must(module->C_DigestUpdate(session, piece, PIECE), "C_DigestUpdate");
    }
    must(module->C_DigestFinal(session, digest, &length), "C_DigestFinal");
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

int main(int argc, char **argv) {
    void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;
    CK_C_GetFunctionList list = library == NULL ? NULL : (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
    CK_FUNCTION_LIST_PTR module;
    CK_BYTE piece[PIECE];
    double best = 1e9;
    if (list == NULL) {
        fprintf(stderr, "digest MODULE ROUNDS: %s\n", argc == 3 ? dlerror() : "two arguments");
        return 2;
    }
    must(list(&module), "C_GetFunctionList");
    memset(piece, 0x5a, sizeof piece);
    CK_SESSION_HANDLE session = open_session(module);
    for (int i = atoi(argv[2]); i > 0; i--) {
        double seconds = round_seconds(module, session, piece);
        best = seconds < best ? seconds : best;
    }
    printf("%.1f\n", (double)PIECE * PIECES / (1 << 20) / best);
    return module->C_Finalize(NULL) == CKR_OK ? 0 : 1;
}
