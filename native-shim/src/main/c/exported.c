#include "exported.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "attach.h"
#include "log.h"
#include "table.h"

/* A JVM does not attach a thread with less. */
#define STACK_NEEDED ((uintptr_t)256 * 1024)
#define STACK_GIVEN ((size_t)1024 * 1024)

typedef uintptr_t w;

struct exported_list {
    CK_VERSION version;
    void (*functions[])(void);
};

static w invoke(void (*function)(void), size_t count, const w *a) {
    switch (count) {
    case 1:
        return ((w(*)(w))function)(a[0]);
    case 2:
        return ((w(*)(w, w))function)(a[0], a[1]);
    case 3:
        return ((w(*)(w, w, w))function)(a[0], a[1], a[2]);
    case 4:
        return ((w(*)(w, w, w, w))function)(a[0], a[1], a[2], a[3]);
    case 5:
        return ((w(*)(w, w, w, w, w))function)(a[0], a[1], a[2], a[3], a[4]);
    case 6:
        return ((w(*)(w, w, w, w, w, w))function)(a[0], a[1], a[2], a[3], a[4], a[5]);
    case 7:
        return ((w(*)(w, w, w, w, w, w, w))function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    case 8:
        return ((w(*)(w, w, w, w, w, w, w, w))function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    case 9:
        return ((w(*)(w, w, w, w, w, w, w, w, w))function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
    case 10:
        return ((w(*)(w, w, w, w, w, w, w, w, w, w))function)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8],
                                                            a[9]);
    default:
        return 0;
    }
}

/* No CK_RV has more than 32 bits: complements of Java's are told from zero and whatever else JNA leaves behind where it
   could not call Java. */
static CK_RV call(const struct exported_list *list, unsigned id, const w *words) {
    if (!rp_attach()) {
        return CKR_GENERAL_ERROR;
    }
    CK_RV rv = ~invoke(list->functions[id], rp_functions[id].words, words);
    return rv > UINT32_MAX ? CKR_GENERAL_ERROR : rv;
}

/* Also false on a stack that is not this thread's own, as coroutines have. */
static bool stack_suffices(void) {
    static _Thread_local uintptr_t low;
    static _Thread_local uintptr_t high;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    pthread_attr_t attributes;
    if (high == 0 && pthread_getattr_np(pthread_self(), &attributes) == 0) {
        void *base = NULL;
        size_t size = 0;
        pthread_attr_getstack(&attributes, &base, &size);
        pthread_attr_destroy(&attributes);
        low = (uintptr_t)base;
        high = low + size;
    }
    return here < high && here > low && here - low > STACK_NEEDED;
}

struct errand {
    const struct exported_list *list;
    unsigned id;
    const w *words;
    CK_RV rv;
};

static void *run_errand(void *argument) {
    struct errand *errand = argument;
    errand->rv = call(errand->list, errand->id, errand->words);
    return NULL;
}

static CK_RV hop(const struct exported_list *list, unsigned id, const w *words) {
    struct errand errand = {.list = list, .id = id, .words = words, .rv = CKR_GENERAL_ERROR};
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_GIVEN);
    int refused = pthread_create(&thread, &attributes, run_errand, &errand);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (refused != 0) {
        rp_log("%s: no thread for a call on a small stack", rp_functions[id].name);
        return CKR_HOST_MEMORY;
    }
    pthread_join(thread, NULL);
    return errand.rv;
}

CK_RV rp_exported_call(const void *list, unsigned id, const uintptr_t *words) {
    return stack_suffices() ? call(list, id, words) : hop(list, id, words);
}
