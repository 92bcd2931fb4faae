#include "host.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

CK_FUNCTION_LIST *p11;
void *library;

void expect(CK_RV rv, CK_RV expected, const char *what) {
    if (rv != expected) {
        fprintf(stderr, "%s: 0x%lx, not 0x%lx\n", what, rv, expected);
        _exit(1);
    }
}

void expect_true(int condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "not true: %s\n", what);
        _exit(1);
    }
}

void load(const char *path) {
    CK_RV (*get)(CK_FUNCTION_LIST **);
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        _exit(1);
    }
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    OK(get(&p11));
}

CK_SESSION_HANDLE open_session(void) {
    CK_SESSION_HANDLE session;
    OK(p11->C_OpenSession(TOY_SLOT, CKF_SERIAL_SESSION, NULL, NULL, &session));
    return session;
}

void digest_of_abc(void) {
    CK_BYTE digest[32];
    CK_ULONG length = sizeof digest;
    CK_SESSION_HANDLE session = open_session();
    OK(p11->C_DigestUpdate(session, (CK_BYTE *)"abc", 3));
    OK(p11->C_DigestFinal(session, digest, &length));
    TRUE_THAT(length == 32 && memcmp(digest, "\xba\x78\x16\xbf\x8f\x01\xcf\xea", 8) == 0);
    EXPECT(p11->C_Login(session, CKU_USER, (CK_BYTE *)"4321", 4), CKR_PIN_INCORRECT);
    OK(p11->C_CloseSession(session));
}

long status_number(const char *name) {
    char line[256];
    long value = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value = atol(line + strlen(name) + 1);
        }
    }
    fclose(file);
    return value;
}

void no_agent_was_asked(void) {
    TRUE_THAT(access(getenv("RPKCS11_SOCKET"), F_OK) != 0);
}

int agent_process(void) {
    char target[PATH_MAX];
    ssize_t length = readlink(getenv("RPKCS11_SOCKET"), target, sizeof target - 1);
    TRUE_THAT(length > 0);
    target[length] = '\0';
    return atoi(strrchr(target, '.') + 1);
}

void join_child(int child) {
    int status;
    TRUE_THAT(waitpid(child, &status, 0) == child);
    TRUE_THAT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int run(const struct scenario *scenarios, const char *name) {
    for (; scenarios->name != NULL; scenarios++) {
        if (strcmp(scenarios->name, name) == 0) {
            scenarios->run();
            return 1;
        }
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "host MODULE SCENARIO\n");
        return 2;
    }
    load(arguments[1]);
    if (!run(calls, arguments[2]) && !run(forks, arguments[2]) && !run(endings, arguments[2])
        && !run(surroundings, arguments[2]) && !run(inside, arguments[2])
        && !run(joined, arguments[2])) {
        fprintf(stderr, "no scenario %s\n", arguments[2]);
        return 2;
    }
    return 0;
}
