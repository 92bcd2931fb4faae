/* Hosts in whose own process Java answers. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "host.h"

#define SMALL ((size_t)96 * 1024)

static void *call_all(void *unused) {
    digest_of_abc();
    return unused;
}

static void threads_with_little_stack_are_answered(void) {
    pthread_attr_t small;
    pthread_t thread;
    OK(p11->C_Initialize(NULL));
    no_agent_was_asked();
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, SMALL);
    for (int i = 0; i < 3; i++) {
        TRUE_THAT(pthread_create(&thread, &small, call_all, NULL) == 0);
        TRUE_THAT(pthread_join(thread, NULL) == 0);
    }
}

static ucontext_t outside, coroutine;

static void coroutines_are_answered(void) {
    OK(p11->C_Initialize(NULL));
    TRUE_THAT(getcontext(&coroutine) == 0);
    coroutine.uc_stack.ss_sp = malloc(SMALL);
    coroutine.uc_stack.ss_size = SMALL;
    coroutine.uc_link = &outside;
    makecontext(&coroutine, digest_of_abc, 0);
    TRUE_THAT(swapcontext(&outside, &coroutine) == 0);
    free(coroutine.uc_stack.ss_sp);
}

/* The door of this scenario returns what JNA may return where it could not call Java. */
static void nothing_called_is_not_ok(void) {
    CK_INFO info;
    OK(p11->C_Initialize(NULL));
    EXPECT(p11->C_GetInfo(&info), CKR_GENERAL_ERROR);
    EXPECT(p11->C_Verify(1, (CK_BYTE *)"a", 1, (CK_BYTE *)"b", 1), CKR_GENERAL_ERROR);
    EXPECT(p11->C_VerifyFinal(1, (CK_BYTE *)"b", 1), CKR_GENERAL_ERROR);
}

static volatile sig_atomic_t children, users;

static void count_child(int number) {
    (void)number;
    children++;
}

static void count_user(int number) {
    (void)number;
    users++;
}

static void host_is_as_before(void) {
    struct rlimit before = {0}, after;
    char locale[256], number[16];
    signal(SIGCHLD, count_child);
    signal(SIGUSR2, count_user);
    getrlimit(RLIMIT_NOFILE, &before);
    before.rlim_cur = before.rlim_max / 2;
    TRUE_THAT(setrlimit(RLIMIT_NOFILE, &before) == 0);
    snprintf(locale, sizeof locale, "%s", setlocale(LC_ALL, NULL));
    OK(p11->C_Initialize(NULL));
    digest_of_abc();
    no_agent_was_asked();
    TRUE_THAT(strcmp(locale, setlocale(LC_ALL, NULL)) == 0);
    snprintf(number, sizeof number, "%.1f", 1.5);
    TRUE_THAT(strcmp(number, "1.5") == 0);
    TRUE_THAT(getrlimit(RLIMIT_NOFILE, &after) == 0 && after.rlim_cur == before.rlim_cur);
    raise(SIGUSR2);
    TRUE_THAT(users == 1);
    TRUE_THAT(children == 0 && waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    raise(SIGCHLD);
    TRUE_THAT(children == 1);
}

static void java_starts_at_initialize_alone(void) {
    CK_FUNCTION_LIST *list;
    OK(p11->C_GetFunctionList(&list));
    TRUE_THAT(status_number("Threads") == 1);
    OK(p11->C_Initialize(NULL));
    TRUE_THAT(status_number("Threads") > 1);
}

/* As systemd's MemoryDenyWriteExecute does it. */
static void refuse_executable_memory(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, PROT_WRITE | PROT_EXEC),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROT_WRITE | PROT_EXEC, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    TRUE_THAT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    TRUE_THAT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void use_the_agent(void) {
    OK(p11->C_Initialize(NULL));
    digest_of_abc();
    TRUE_THAT(status_number("Threads") == 1);
}

static void agent_answers_without_executable_memory(void) {
    refuse_executable_memory();
    use_the_agent();
}

static void agent_answers_without_address_space(void) {
    struct rlimit space = {.rlim_cur = (rlim_t)256 << 20, .rlim_max = (rlim_t)256 << 20};
    TRUE_THAT(setrlimit(RLIMIT_AS, &space) == 0);
    use_the_agent();
}

/* The JVM would have ended this program. */
static void agent_answers_when_the_jvm_gives_up(void) {
    OK(p11->C_Initialize(NULL));
    digest_of_abc();
    OK(p11->C_Finalize(NULL));
    OK(p11->C_Initialize(NULL));
    digest_of_abc();
}

/* The JVM of this scenario aborts five seconds later than the module waits for it. */
static void agent_answers_after_a_late_abort(void) {
    agent_answers_when_the_jvm_gives_up();
    sleep(6);
    digest_of_abc();
}

static void programs_with_raised_rights_get_neither(void) {
    EXPECT(p11->C_Initialize(NULL), CKR_FUNCTION_FAILED);
    TRUE_THAT(status_number("Threads") == 1);
}

const struct scenario inside[] = {
    {"small-stack", threads_with_little_stack_are_answered},
    {"coroutine", coroutines_are_answered},
    {"nothing-called", nothing_called_is_not_ok},
    {"as-before", host_is_as_before},
    {"lazy", java_starts_at_initialize_alone},
    {"no-executable-memory", agent_answers_without_executable_memory},
    {"no-address-space", agent_answers_without_address_space},
    {"jvm-gives-up", agent_answers_when_the_jvm_gives_up},
    {"jvm-aborts-late", agent_answers_after_a_late_abort},
    {"agent-alone", use_the_agent},
    {"raised-rights", programs_with_raised_rights_get_neither},
    {0}};
