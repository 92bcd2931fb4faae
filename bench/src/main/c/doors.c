/* doors MODULE CALLS: as a native program that signs with the token's key p-256 and the PIN in TOKEN_PIN, prints
   milliseconds to its first signature, by the clock and of CPU time of its own, MiB it has grown by then, and
   microseconds of one of CALLS further calls. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <nss/pkcs11.h>

static void must(CK_RV rv, const char *what) {
    if (rv != CKR_OK) {
        fprintf(stderr, "doors: %s: 0x%lx\n", what, rv);
        exit(1);
    }
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double resident_mib(void) {
    long size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &size, &resident) != 2) {
        exit(1);
    }
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

static CK_FUNCTION_LIST_PTR load(const char *path) {
    void *library = dlopen(path, RTLD_NOW);
    CK_C_GetFunctionList list = library == NULL ? NULL : (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
    CK_FUNCTION_LIST_PTR module;
    if (list == NULL) {
        fprintf(stderr, "doors: %s\n", dlerror());
        exit(1);
    }
    must(list(&module), "C_GetFunctionList");
    return module;
}

static CK_SESSION_HANDLE log_in(CK_FUNCTION_LIST_PTR module) {
    CK_SLOT_ID slots[64];
    CK_ULONG count = sizeof slots / sizeof *slots;
    CK_SESSION_HANDLE session;
    char *pin = getenv("TOKEN_PIN");
    must(module->C_Initialize(NULL), "C_Initialize");
    must(module->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    must(count > 0 && pin != NULL ? CKR_OK : CKR_TOKEN_NOT_PRESENT, "token and PIN");
    must(module->C_OpenSession(slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session), "C_OpenSession");
    must(module->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR)pin, strlen(pin)), "C_Login");
    return session;
}

static void sign(CK_FUNCTION_LIST_PTR module, CK_SESSION_HANDLE session) {
    CK_OBJECT_CLASS private = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &private, sizeof private}, {CKA_LABEL, "p-256", 5}};
    CK_MECHANISM ecdsa = {CKM_ECDSA, NULL, 0};
    CK_OBJECT_HANDLE key;
    CK_BYTE digest[32] = {1}, signature[64];
    CK_ULONG count = 0, length = sizeof signature;
    must(module->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
    must(module->C_FindObjects(session, &key, 1, &count), "C_FindObjects");
    must(module->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    must(count == 1 ? CKR_OK : CKR_KEY_HANDLE_INVALID, "the key p-256");
    must(module->C_SignInit(session, &ecdsa, key), "C_SignInit");
    must(module->C_Sign(session, digest, sizeof digest, signature, &length), "C_Sign");
}

static void ask(CK_FUNCTION_LIST_PTR module, CK_SESSION_HANDLE session, int calls) {
    CK_SESSION_INFO info;
    for (int i = 0; i < calls; i++) {
        must(module->C_GetSessionInfo(session, &info), "C_GetSessionInfo");
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "doors MODULE CALLS\n");
        return 2;
    }
    int calls = atoi(argv[2]);
    double small = resident_mib();
    double begin = seconds(CLOCK_MONOTONIC);
    CK_FUNCTION_LIST_PTR module = load(argv[1]);
    CK_SESSION_HANDLE session = log_in(module);
    sign(module, session);
    double first = seconds(CLOCK_MONOTONIC) - begin;
    double work = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double grown = resident_mib() - small;
    ask(module, session, calls);
    begin = seconds(CLOCK_MONOTONIC);
    ask(module, session, calls);
    printf("%.2f %.2f %.2f %.3f\n", first * 1e3, work * 1e3, grown,
           (seconds(CLOCK_MONOTONIC) - begin) * 1e6 / calls);
    return module->C_Finalize(NULL) == CKR_OK ? 0 : 1;
}
