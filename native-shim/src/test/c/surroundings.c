/* What a host sees of the module besides its answers: as little as possible. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

static volatile sig_atomic_t children_ended;

static void count_child(int number) {
    (void)number;
    children_ended++;
}

static void starting_an_agent_is_not_noticed(void) {
    struct sigaction counting = {.sa_handler = count_child};
    sigset_t before, after;
    sigaction(SIGCHLD, &counting, NULL);
    sigemptyset(&before);
    sigaddset(&before, SIGUSR1);
    sigprocmask(SIG_SETMASK, &before, NULL);
    OK(p11->C_Initialize(NULL));
    TRUE_THAT(children_ended == 0);
    TRUE_THAT(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    sigprocmask(SIG_SETMASK, NULL, &after);
    TRUE_THAT(sigismember(&after, SIGUSR1) && !sigismember(&after, SIGCHLD));
}

static int lines_with(const char *path, const char *text) {
    char buffer[65536];
    int file = open(path, O_RDONLY);
    ssize_t length = read(file, buffer, sizeof buffer - 1);
    close(file);
    TRUE_THAT(length >= 0);
    buffer[length] = '\0';
    int count = 0;
    for (ssize_t start = 0; start < length; start += (ssize_t)strlen(buffer + start) + 1) {
        count += strstr(buffer + start, text) != NULL;
    }
    return count;
}

static void agent_inherits_nothing(void) {
    char path[64], target[256];
    int secret = open("/etc/hostname", O_RDONLY);
    TRUE_THAT(dup2(secret, 77) == 77);
    signal(SIGUSR2, SIG_IGN);
    OK(p11->C_Initialize(NULL));
    int agent = agent_process();
    TRUE_THAT(getsid(agent) != getsid(0));
    snprintf(path, sizeof path, "/proc/%d/fd/77", agent);
    ssize_t length = readlink(path, target, sizeof target);
    TRUE_THAT(length < 0 || memmem(target, (size_t)length, "hostname", 8) == NULL);
    snprintf(path, sizeof path, "/proc/%d/environ", agent);
    TRUE_THAT(lines_with(path, "HOST_SECRET") == 0);
    TRUE_THAT(lines_with(path, "RPKCS11_SOCKET=") == 1);
    snprintf(path, sizeof path, "/proc/%d/cwd", agent);
    TRUE_THAT(readlink(path, target, sizeof target) == 1);
}

/* With the standard files closed nothing of ours may take their numbers. */
static void closed_standard_files_stay_closed(void) {
    close(0);
    close(1);
    int keep = fcntl(2, F_DUPFD, 10);
    close(2);
    OK(p11->C_Initialize(NULL));
    open_session();
    int free_now = fcntl(0, F_GETFD) == -1 && fcntl(1, F_GETFD) == -1 && fcntl(2, F_GETFD) == -1;
    dup2(keep, 2);
    TRUE_THAT(free_now);
}

/* Daemons close all files they do not know; the numbers are used anew at once. */
static void numbers_used_anew_are_left_alone(void) {
    char path[] = "/tmp/host-XXXXXX";
    struct stat status;
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    for (int file = 3; file < 64; file++) {
        close(file);
    }
    int scratch = mkstemp(path);
    unlink(path);
    for (int file = 3; file < 64; file++) {
        if (file != scratch) {
            dup2(scratch, file);
        }
    }
    CK_BYTE random[8];
    EXPECT(p11->C_GenerateRandom(session, random, 8), CKR_SESSION_HANDLE_INVALID);
    open_session();
    OK(p11->C_Finalize(NULL));
    TRUE_THAT(fstat(scratch, &status) == 0 && status.st_size == 0);
    for (int file = 3; file < 64; file++) {
        TRUE_THAT(fcntl(file, F_GETFD) != -1);
    }
}

static void less_than_a_megabyte_and_no_thread(void) {
    status_number("VmRSS");
    long before = status_number("VmRSS");
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    CK_BYTE part[4096] = {0};
    for (int i = 0; i < 1000; i++) {
        OK(p11->C_DigestUpdate(session, part, sizeof part));
    }
    long grown = status_number("VmRSS") - before;
    printf("grown by %ld KiB\n", grown);
    TRUE_THAT(grown < 1024);
    TRUE_THAT(status_number("Threads") == 1);
}

static void interfaces_of_all_versions(void) {
    CK_RV (*get_list)(CK_INTERFACE *, CK_ULONG *);
    CK_RV (*get)(CK_UTF8CHAR *, CK_VERSION *, CK_INTERFACE **, CK_FLAGS);
    *(void **)&get_list = dlsym(library, "C_GetInterfaceList");
    *(void **)&get = dlsym(library, "C_GetInterface");
    CK_INTERFACE all[3], *one;
    CK_ULONG count = 0;
    OK(get_list(NULL, &count));
    TRUE_THAT(count == 3);
    count = 2;
    EXPECT(get_list(all, &count), CKR_BUFFER_TOO_SMALL);
    OK(get_list(all, &count));
    CK_VERSION three = {3, 0}, two = {2, 40}, none = {9, 9};
    OK(get((CK_UTF8CHAR *)"PKCS 11", &three, &one, 0));
    CK_FUNCTION_LIST_3_0 *list = one->pFunctionList;
    TRUE_THAT(list->version.major == 3 && list->version.minor == 0);
    TRUE_THAT((void *)list->C_Sign == dlsym(library, "C_Sign"));
    TRUE_THAT((void *)list->C_LoginUser == dlsym(library, "C_LoginUser"));
    TRUE_THAT((void *)list->C_MessageVerifyFinal == dlsym(library, "C_MessageVerifyFinal"));
    OK(get(NULL, &two, &one, 0));
    TRUE_THAT(one->pFunctionList == p11);
    TRUE_THAT((void *)p11->C_WaitForSlotEvent == dlsym(library, "C_WaitForSlotEvent"));
    EXPECT(get(NULL, &none, &one, 0), CKR_FUNCTION_FAILED);
    EXPECT(get((CK_UTF8CHAR *)"Vendor", NULL, &one, 0), CKR_FUNCTION_FAILED);
    EXPECT(get(NULL, NULL, &one, CKF_INTERFACE_FORK_SAFE), CKR_FUNCTION_FAILED);
    EXPECT(list->C_MessageSignFinal(1), CKR_CRYPTOKI_NOT_INITIALIZED);
    CK_RV (*async)(CK_SESSION_HANDLE, CK_UTF8CHAR *, CK_ULONG *);
    *(void **)&async = dlsym(library, "C_AsyncGetID");
    EXPECT(async(1, NULL, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    OK(p11->C_Initialize(NULL));
    EXPECT(async(1, NULL, NULL), CKR_FUNCTION_NOT_SUPPORTED);
}

const struct scenario surroundings[] = {
    {"sigchld", starting_an_agent_is_not_noticed},
    {"inherits-nothing", agent_inherits_nothing},
    {"closed-standard-files", closed_standard_files_stay_closed},
    {"numbers-used-anew", numbers_used_anew_are_left_alone},
    {"memory", less_than_a_megabyte_and_no_thread},
    {"interfaces", interfaces_of_all_versions},
    {0}};
