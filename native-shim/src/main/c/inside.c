#include "inside.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "enter.h"
#include "exported.h"
#include "jvm.h"
#include "link.h"
#include "log.h"
#include "table.h"

static struct {
    pthread_mutex_t lock;
    _Atomic pid_t up; /* the process where the application is initialised; 0: none */
    pid_t loaded;     /* the process that loaded this library */
    pid_t opened;     /* the process whose JVM exported the list */
    const void *list;
} inside = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void forget_parent(void) {
    pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
    memcpy(&inside.lock, &unlocked, sizeof unlocked);
}

__attribute__((constructor)) static void note_process(void) {
    inside.loaded = getpid();
    pthread_atfork(NULL, NULL, forget_parent);
}

bool rp_inside_is_up(void) {
    pid_t up = atomic_load(&inside.up);
    return up != 0 && up == getpid();
}

static bool says(const struct settings *settings, const char *door) {
    return settings->door != NULL && strcmp(settings->door, door) == 0;
}

/* A caller that comes out of Java enters the JVM as it is: it may hold locks that another thread would wait for. */
static const void *open_list(const struct settings *settings) {
    JavaVM *jvm = rp_jvm_present();
    JNIEnv *env = NULL;
    if (jvm != NULL && inside.loaded != getpid()) {
        return NULL; /* the JVM was the parent's */
    }
    if (jvm != NULL && (*jvm)->GetEnv(jvm, (void **)&env, JNI_VERSION_10) == JNI_OK) {
        return rp_enter(env, settings, true);
    }
    return says(settings, "in-process") ? rp_jvm_enter() : NULL;
}

bool rp_inside_open(const struct settings *settings) {
    if (settings->door != NULL && !says(settings, "in-process")) {
        if (!says(settings, "agent")) {
            rp_log("no door %s; there are agent and in-process", settings->door);
        }
        return false;
    }
    if (getauxval(AT_SECURE) != 0) {
        return false;
    }
    pthread_mutex_lock(&inside.lock);
    if (inside.list == NULL) {
        inside.list = open_list(settings);
        inside.opened = getpid();
    }
    bool open = inside.list != NULL && inside.opened == getpid();
    pthread_mutex_unlock(&inside.lock);
    return open;
}

/* Java is told what the agent is told. */
CK_RV rp_inside_start(const struct settings *settings) {
    static const uint8_t NO_TOKEN[RP_TOKEN_BYTES];
    struct buffer greeting = {0};
    rp_put_u32(&greeting, 0);
    rp_put_greeting(&greeting, settings, NO_TOKEN);
    if (greeting.failed) {
        rp_release(&greeting);
        return CKR_HOST_MEMORY;
    }
    uint32_t length = (uint32_t)(greeting.length - sizeof length);
    memcpy(greeting.bytes, &length, sizeof length);
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK, .pReserved = greeting.bytes};
    const uintptr_t words[] = {(uintptr_t)&arguments};
    CK_RV rv = rp_exported_call(inside.list, ID_C_Initialize, words);
    rp_release(&greeting);
    if (rv == CKR_OK) {
        atomic_store(&inside.up, getpid());
    }
    return rv;
}

CK_RV rp_inside_stop(void) {
    const uintptr_t words[] = {0};
    atomic_store(&inside.up, 0);
    return rp_exported_call(inside.list, ID_C_Finalize, words);
}

CK_RV rp_inside_call(unsigned id, const uintptr_t *words) {
    CK_RV rv = rp_exported_call(inside.list, id, words);
    /* What waited until C_Finalize ends so. */
    return rv != CKR_OK && !rp_inside_is_up() ? CKR_CRYPTOKI_NOT_INITIALIZED : rv;
}
