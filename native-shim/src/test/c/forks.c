/* Hosts that fork. */
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

/* By the agent: nothing in this process but its one thread. */
static void use_as_a_new_application(void) {
    OK(p11->C_Initialize(NULL));
    TRUE_THAT(status_number("Threads") == 1);
    CK_SESSION_HANDLE session = open_session();
    CK_BYTE random[8];
    OK(p11->C_GenerateRandom(session, random, sizeof random));
    OK(p11->C_Finalize(NULL));
}

void child_begins_anew(void) {
    CK_SLOT_ID slot;
    CK_ULONG count = 1;
    CK_INFO info;
    EXPECT(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
    EXPECT(p11->C_GetSlotList(CK_TRUE, &slot, &count), CKR_CRYPTOKI_NOT_INITIALIZED);
    EXPECT(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    use_as_a_new_application();
    use_as_a_new_application();
}

static void child_of_fork_begins_anew_and_parent_goes_on(void) {
    CK_BYTE random[8];
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    OK(p11->C_DigestUpdate(session, (CK_BYTE *)"a", 1));
    OK(p11->C_DigestUpdate(session, (CK_BYTE *)"b", 1));
    for (int i = 0; i < 3; i++) {
        int child = fork();
        if (child == 0) {
            EXPECT(p11->C_GenerateRandom(session, random, 8), CKR_CRYPTOKI_NOT_INITIALIZED);
            child_begins_anew();
            _exit(0);
        }
        join_child(child);
        OK(p11->C_GenerateRandom(session, random, 8));
    }
}

/* Without fork handlers: some sandboxes and runtimes call clone by themselves. */
static void child_of_bare_clone_begins_anew(void) {
    CK_BYTE random[8];
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    int child = (int)syscall(SYS_clone, (unsigned long)SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) {
        child_begins_anew();
        _exit(0);
    }
    join_child(child);
    OK(p11->C_GenerateRandom(session, random, 8));
}

static volatile int stop;

static void *keep_calling(void *unused) {
    CK_SESSION_HANDLE session = open_session();
    CK_BYTE part[100] = {0};
    while (!stop) {
        OK(p11->C_DigestUpdate(session, part, sizeof part));
        OK(p11->C_GenerateRandom(session, part, sizeof part));
    }
    return unused;
}

/* The fork catches other threads with locks held and halfway through answers. */
static void fork_among_busy_threads(void) {
    pthread_t threads[4];
    OK(p11->C_Initialize(NULL));
    for (int i = 0; i < 4; i++) {
        TRUE_THAT(pthread_create(&threads[i], NULL, keep_calling, NULL) == 0);
    }
    for (int i = 0; i < 30; i++) {
        int child = fork();
        if (child == 0) {
            CK_INFO info;
            alarm(60);
            EXPECT(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
            use_as_a_new_application();
            _exit(0);
        }
        join_child(child);
    }
    stop = 1;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* As nginx does: the master initialises and closes nothing, workers initialise and never finalise. */
static void many_workers_at_once(void) {
    int workers[8];
    OK(p11->C_Initialize(NULL));
    for (int i = 0; i < 8; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            OK(p11->C_Initialize(NULL));
            CK_SESSION_HANDLE session = open_session();
            CK_BYTE random[8];
            for (int call = 0; call < 100; call++) {
                OK(p11->C_GenerateRandom(session, random, sizeof random));
            }
            _exit(0);
        }
    }
    for (int i = 0; i < 8; i++) {
        join_child(workers[i]);
    }
    open_session();
}

/* All at once with no agent running: one is started, not eight. */
static void workers_find_no_agent(void) {
    int workers[8];
    for (int i = 0; i < 8; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            use_as_a_new_application();
            _exit(0);
        }
    }
    for (int i = 0; i < 8; i++) {
        join_child(workers[i]);
    }
}

const struct scenario forks[] = {
    {"fork", child_of_fork_begins_anew_and_parent_goes_on},
    {"clone", child_of_bare_clone_begins_anew},
    {"fork-among-threads", fork_among_busy_threads},
    {"workers", many_workers_at_once},
    {"workers-start-agent", workers_find_no_agent},
    {0}};
