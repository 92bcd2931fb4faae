#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "gather.h"
#include "log.h"

#define MAX_LINKS 64
#define WAIT_SECONDS 60

enum phase { DOWN, STARTING, UP };
enum use { EMPTY, OPENING, IDLE, BUSY };

struct slot {
    struct link link; /* first: a link's address is its slot's */
    enum use use;
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum phase phase;
    _Atomic pid_t process; /* where it is UP; 0: nowhere */
    _Atomic uint64_t life;
    uint8_t token[RP_TOKEN_BYTES];
    char agent[RP_PATH_BYTES]; /* path of the very agent that has the application; empty before the first link */
    struct slot slots[MAX_LINKS];
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

bool rp_pool_is_up(void) {
    return atomic_load(&pool.process) == getpid();
}

uint64_t rp_pool_life(void) {
    return atomic_load(&pool.life);
}

static struct slot *find(enum use use) {
    for (size_t i = 0; i < MAX_LINKS; i++) {
        if (pool.slots[i].use == use) {
            return &pool.slots[i];
        }
    }
    return NULL;
}

static void empty(struct slot *slot) {
    rp_link_close(&slot->link);
    slot->use = EMPTY;
    pthread_cond_broadcast(&pool.changed);
}

/* The next call is of a new application; what waits on the old one's connections returns. The end is told to the agent
   by shutdown, since a forked child may hold the socket open. */
static void end_life(void) {
    for (size_t i = 0; i < MAX_LINKS; i++) {
        struct slot *slot = &pool.slots[i];
        if (slot->use == IDLE || slot->use == BUSY) {
            rp_link_interrupt(&slot->link);
        }
        if (slot->use == IDLE) {
            empty(slot);
        }
    }
    atomic_fetch_add(&pool.life, 1);
    pool.agent[0] = '\0';
    if (getrandom(pool.token, sizeof pool.token, 0) != (ssize_t)sizeof pool.token) {
        rp_log("no random numbers: %s", strerror(errno));
    }
}

/* In a child: the connections are the parent's. Its own copies of the sockets are closed, nothing is told to the agent.
   Buffers of links in use are left alone, for a thread that is not here any more may have been changing them. */
static void forget_parent(void) {
    atomic_store(&pool.process, 0);
    atomic_fetch_add(&pool.life, 1);
    pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t quiet = PTHREAD_COND_INITIALIZER;
    memcpy(&pool.lock, &unlocked, sizeof unlocked);
    memcpy(&pool.changed, &quiet, sizeof quiet);
    pool.phase = DOWN;
    for (size_t i = 0; i < MAX_LINKS; i++) {
        struct slot *slot = &pool.slots[i];
        if (slot->use != EMPTY && rp_link_is_ours(&slot->link)) {
            close(slot->link.file);
        }
        if (slot->use == IDLE) {
            rp_release(&slot->link.buffer);
        }
        slot->link = (struct link){.file = -1};
        slot->use = EMPTY;
    }
    rp_gather_forget_parent();
}

static void watch_forks(void) {
    pthread_atfork(NULL, NULL, forget_parent);
}

/* Connects in a slot marked OPENING; the lock is not held meanwhile. */
static bool fill(struct slot *slot) {
    uint8_t token[RP_TOKEN_BYTES];
    char agent[RP_PATH_BYTES];
    memcpy(token, pool.token, sizeof token);
    memcpy(agent, pool.agent, sizeof agent);
    uint64_t life = rp_pool_life();
    pthread_mutex_unlock(&pool.lock);
    struct settings *settings = rp_settings();
    bool opened = settings != NULL && rp_link_open(&slot->link, settings, token, agent);
    rp_settings_release(settings);
    pthread_mutex_lock(&pool.lock);
    slot->link.life = life;
    bool current = life == rp_pool_life();
    if (!opened) {
        slot->link.file = -1;
        empty(slot);
        if (current && pool.agent[0] != '\0') {
            end_life();
        }
    } else if (current) {
        memcpy(pool.agent, agent, sizeof agent);
    }
    return opened;
}

/* A process made by a bare clone is not announced; it shows by its number. */
static void notice_bare_clone(void) {
    pid_t process = atomic_load(&pool.process);
    if (process != 0 && process != getpid()) {
        forget_parent();
    }
}

CK_RV rp_pool_start(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    notice_bare_clone();
    pthread_mutex_lock(&pool.lock);
    while (pool.phase == STARTING) {
        pthread_cond_wait(&pool.changed, &pool.lock);
    }
    if (pool.phase == UP) {
        pthread_mutex_unlock(&pool.lock);
        return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    }
    pool.phase = STARTING;
    end_life();
    rp_gather_purge();
    struct slot *slot = find(EMPTY);
    bool started = false;
    if (slot != NULL) {
        slot->use = OPENING;
        started = fill(slot);
    }
    if (started) {
        slot->use = IDLE;
        atomic_store(&pool.process, getpid());
    }
    pool.phase = started ? UP : DOWN;
    pthread_cond_broadcast(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
    return started ? CKR_OK : CKR_FUNCTION_FAILED;
}

CK_RV rp_pool_stop(void) {
    notice_bare_clone();
    pthread_mutex_lock(&pool.lock);
    bool was_up = pool.phase == UP;
    if (was_up) {
        pool.phase = DOWN;
        atomic_store(&pool.process, 0);
        end_life();
        rp_gather_purge();
        pthread_cond_broadcast(&pool.changed);
    }
    pthread_mutex_unlock(&pool.lock);
    return was_up ? CKR_OK : CKR_CRYPTOKI_NOT_INITIALIZED;
}

/* An idle connection that still works. One that does not means that the agent went away with all it knew. */
static struct slot *take_idle(void) {
    struct slot *slot = find(IDLE);
    if (slot != NULL && !rp_link_is_alive(&slot->link)) {
        rp_log("the agent went away; sessions are lost");
        end_life();
        return NULL;
    }
    return slot;
}

static CK_RV take_new(struct slot *slot) {
    slot->use = OPENING;
    if (!fill(slot)) {
        return CKR_DEVICE_ERROR;
    }
    if (pool.phase != UP || slot->link.life != rp_pool_life()) {
        rp_link_interrupt(&slot->link);
        empty(slot);
        return pool.phase == UP ? CKR_DEVICE_ERROR : CKR_CRYPTOKI_NOT_INITIALIZED;
    }
    return CKR_OK;
}

static CK_RV wait_for_slot(void) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WAIT_SECONDS;
    return pthread_cond_timedwait(&pool.changed, &pool.lock, &end) == ETIMEDOUT ? CKR_DEVICE_ERROR : CKR_OK;
}

static CK_RV take(struct slot **taken) {
    CK_RV rv = CKR_OK;
    while (rv == CKR_OK) {
        if (pool.phase != UP) {
            return CKR_CRYPTOKI_NOT_INITIALIZED;
        }
        struct slot *slot = take_idle();
        if (slot == NULL && (slot = find(EMPTY)) != NULL) {
            rv = take_new(slot);
        }
        if (slot != NULL && rv == CKR_OK) {
            slot->use = BUSY;
            *taken = slot;
            return CKR_OK;
        }
        rv = rv == CKR_OK ? wait_for_slot() : rv;
    }
    return rv;
}

struct link *rp_pool_take(CK_RV *rv) {
    struct slot *slot = NULL;
    pthread_mutex_lock(&pool.lock);
    *rv = take(&slot);
    pthread_mutex_unlock(&pool.lock);
    return slot == NULL ? NULL : &slot->link;
}

void rp_pool_give(struct link *link, bool usable) {
    struct slot *slot = (struct slot *)link;
    pthread_mutex_lock(&pool.lock);
    bool current = link->life == rp_pool_life();
    if (usable && current) {
        rp_clear(&link->buffer);
        slot->use = IDLE;
        pthread_cond_broadcast(&pool.changed);
    } else {
        rp_link_interrupt(link);
        empty(slot);
        if (current) {
            end_life();
        }
    }
    pthread_mutex_unlock(&pool.lock);
}
