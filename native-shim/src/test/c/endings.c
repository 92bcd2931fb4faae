/* How hosts and agents end. */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

static void finalize_late(void) {
    OK(p11->C_CloseAllSessions(TOY_SLOT));
    OK(p11->C_Finalize(NULL));
}

static void finalised_in_an_exit_handler(void) {
    atexit(finalize_late);
    OK(p11->C_Initialize(NULL));
    open_session();
    exit(0);
}

__attribute__((destructor)) static void after_everything(void) {
    if (getenv("HOST_LATE") != NULL) {
        CK_INFO info;
        OK(p11->C_GetInfo(&info));
        OK(p11->C_Finalize(NULL));
    }
}

static void finalised_in_a_destructor(void) {
    OK(p11->C_Initialize(NULL));
    setenv("HOST_LATE", "1", 1);
    exit(0);
}

static void never_finalised(void) {
    OK(p11->C_Initialize(NULL));
    open_session();
}

static void closed_and_opened_again(void) {
    Dl_info place;
    TRUE_THAT(dladdr((void *)p11->C_Initialize, &place) != 0);
    for (int i = 0; i < 3; i++) {
        OK(p11->C_Initialize(NULL));
        open_session();
        OK(p11->C_Finalize(NULL));
        dlclose(library);
        load(place.dli_fname);
    }
    OK(p11->C_Initialize(NULL));
    dlclose(library);
    CK_INFO info;
    OK(p11->C_GetInfo(&info));
}

static void *wait_for_event(void *rv) {
    CK_SLOT_ID slot;
    *(CK_RV *)rv = p11->C_WaitForSlotEvent(0, &slot, NULL);
    return NULL;
}

static void short_pause(void) {
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
}

static void finalize_ends_a_wait_in_another_thread(void) {
    pthread_t waiter;
    CK_RV rv = CKR_OK;
    OK(p11->C_Initialize(NULL));
    TRUE_THAT(pthread_create(&waiter, NULL, wait_for_event, &rv) == 0);
    short_pause();
    OK(p11->C_Finalize(NULL));
    pthread_join(waiter, NULL);
    EXPECT(rv, CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void agent_killed_between_calls(void) {
    CK_BYTE random[8] = {0};
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    OK(p11->C_DigestUpdate(session, random, 8));
    OK(p11->C_DigestUpdate(session, random, 8));
    kill(agent_process(), SIGKILL);
    short_pause();
    EXPECT(p11->C_GenerateRandom(session, random, 8), CKR_SESSION_HANDLE_INVALID);
    EXPECT(p11->C_DigestUpdate(session, random, 8), CKR_SESSION_HANDLE_INVALID);
    session = open_session();
    OK(p11->C_GenerateRandom(session, random, 8));
    OK(p11->C_Finalize(NULL));
}

struct final {
    CK_SESSION_HANDLE session;
    CK_RV rv;
};

static void *sign_slowly(void *argument) {
    struct final *final = argument;
    CK_BYTE signature[8];
    CK_ULONG length = sizeof signature;
    final->rv = p11->C_SignFinal(final->session, signature, &length);
    return NULL;
}

static void agent_killed_during_a_call(void) {
    pthread_t caller;
    OK(p11->C_Initialize(NULL));
    struct final final = {.session = open_session()};
    TRUE_THAT(pthread_create(&caller, NULL, sign_slowly, &final) == 0);
    short_pause();
    kill(agent_process(), SIGKILL);
    pthread_join(caller, NULL);
    EXPECT(final.rv, CKR_DEVICE_ERROR);
    EXPECT(p11->C_CloseSession(final.session), CKR_SESSION_HANDLE_INVALID);
    open_session();
}

/* RPKCS11_PATIENCE is 3 seconds: longer silence than that is a fault, a long call with signs of life is none. */
static void agent_stopped(void) {
    CK_BYTE random[8];
    OK(p11->C_Initialize(NULL));
    CK_SESSION_HANDLE session = open_session();
    int agent = agent_process();
    kill(agent, SIGSTOP);
    short_pause();
    time_t before = time(NULL);
    EXPECT(p11->C_GenerateRandom(session, random, 8), CKR_DEVICE_ERROR);
    TRUE_THAT(time(NULL) - before < 6);
    kill(agent, SIGKILL);
    open_session();
}

static void long_call_with_signs_of_life(void) {
    OK(p11->C_Initialize(NULL));
    struct final final = {.session = open_session()};
    sign_slowly(&final);
    OK(final.rv);
}

static void no_agent_to_be_had(void) {
    CK_INFO info;
    EXPECT(p11->C_Initialize(NULL), CKR_FUNCTION_FAILED);
    EXPECT(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
}

const struct scenario endings[] = {
    {"exit-handler", finalised_in_an_exit_handler},
    {"destructor", finalised_in_a_destructor},
    {"never-finalised", never_finalised},
    {"dlclose", closed_and_opened_again},
    {"finalize-ends-wait", finalize_ends_a_wait_in_another_thread},
    {"agent-killed", agent_killed_between_calls},
    {"agent-killed-in-call", agent_killed_during_a_call},
    {"agent-stopped", agent_stopped},
    {"long-call", long_call_with_signs_of_life},
    {"no-agent", no_agent_to_be_had},
    {0}};
